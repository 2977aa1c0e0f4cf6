import { useState } from 'preact/hooks';
import { ask, type Dispute, type Invoice } from '../api';
import { announce } from '../live';
import { outdate } from '../resource';
import { acts, useMe } from '../session';
import { Confirm } from '../ui/dialog';
import { DisputeFacts, isOpen } from '../ui/dispute';
import { Said } from '../ui/text';
import { moneyText, t } from '../words';
import { DisputeForm } from './invoice-dispute-form';

/** What is held against the invoice and where each dispute stands; the way to open another and to withdraw one. */
export default function InvoiceDispute({ whole }: { whole: Invoice }) {
  const me = useMe();
  const { invoice, disputes = [], disputable } = whole;
  const [opening, setOpening] = useState(false);
  const [leaving, setLeaving] = useState<Dispute>();
  const mayAct = acts(me, 'disputes');
  if (disputes.length === 0 && !disputable) return null;
  const withdraw = async () => {
    await ask('post', '/v1/invoices/{id}/disputes/withdrawal', { params: { id: invoice.id }, json: { dispute: leaving!.id } });
    setLeaving(undefined);
    outdate();
    announce(t('dispute.withdrawn'));
  };
  return (
    <section class="disputes" aria-labelledby="disputes">
      <h2 id="disputes">{t('dispute.title')}</h2>
      {disputes.length > 0 ? (
        <ul class="dispute-list">
          {disputes.map((one) => (
            <li key={one.id}>
              <DisputeFacts dispute={one} zone={me.account.timeZone} line={lineName(whole, one)} />
              {mayAct && isOpen(one) && (
                <button type="button" class="button button-small screen-only" onClick={() => setLeaving(one)}
                  aria-label={`${t('dispute.withdraw')}: ${moneyText(one.amount)}`}>{t('dispute.withdraw')}</button>
              )}
            </li>
          ))}
        </ul>
      ) : <p class="quiet">{t('dispute.lead')}</p>}
      {disputable && <button type="button" class="button screen-only" onClick={() => setOpening(true)}>{t('dispute.open')}</button>}
      {opening && disputable && <DisputeForm whole={whole} most={disputable} onClose={() => setOpening(false)} />}
      {leaving && (
        <Confirm title={t('dispute.withdrawTitle')} action={t('dispute.withdraw')} onConfirm={withdraw} onClose={() => setLeaving(undefined)}
          detail={<><Said>{leaving.text}</Said><br />{t('dispute.withdrawDetail')}</>} />
      )}
    </section>
  );
}

function lineName({ lines }: Invoice, { line }: Dispute): string | undefined {
  return line === undefined ? undefined : lines.find(({ id }) => id === line)?.name ?? line;
}
