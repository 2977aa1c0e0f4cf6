import Files from '../ui/files';
import { t } from '../words';

const LANGUAGES = ['en', 'ar', 'both'] as const;

function printed(path: string) {
  return LANGUAGES.map((language) => ({ label: t(`file.${language}`), path, query: { language } }));
}

/** An invoice, a receipt or a contract as files: printed in each language, and an invoice as its UBL document. */
export default function PaperFiles({ invoice, receipt, contract }: { invoice?: string; receipt?: string; contract?: string }) {
  if (contract) return <Files label={t('file.download')} files={printed(`/v1/contracts/${encodeURIComponent(contract)}/pdf`)} />;
  if (receipt) return <Files small label={t('file.receipt')} files={printed(`/v1/payments/${encodeURIComponent(receipt)}/receipt/pdf`)} />;
  const path = `/v1/invoices/${encodeURIComponent(invoice ?? '')}`;
  return <Files label={t('file.download')} files={[...printed(`${path}/pdf`), { label: t('file.ubl'), path: `${path}/ubl` }]} />;
}
