import type { Invoice } from '../api';
import { useFiles } from '../ui/files';
import { Icon } from '../ui/icons';
import { number, t } from '../words';

/** The files that came inside an invoice. Each is fetched and saved, never opened here. */
export default function Attachments({ whole }: { whole: Invoice }) {
  const { busy, fetchFile, fault } = useFiles();
  const attachments = whole.attachments ?? [];
  return (
    <section class="card attachments" aria-labelledby="attachments">
      <h2 id="attachments">{t('attached.title')}</h2>
      <ul>
        {attachments.map((attachment, n) => {
          const name = attachment.filename || attachment.id || String(n + 1);
          const path = `/v1/invoices/${encodeURIComponent(whole.invoice.id)}/attachments/${n}`;
          return (
            <li key={n}>
              {attachment.kept
                ? (
                  <button type="button" class="link screen-only" aria-disabled={busy !== undefined} onClick={() => void fetchFile({ label: name, path })}>
                    <Icon name="download" /><bdi>{name}</bdi>
                  </button>
                )
                : <bdi>{name}</bdi>}
              {' '}
              <span class="quiet">{attachment.bytes ? t('attached.size', { size: number(Math.ceil(attachment.bytes / 1024)) }) : ''}{attachment.kept ? '' : ` · ${t('attached.notKept')}`}</span>
            </li>
          );
        })}
      </ul>
      {fault}
    </section>
  );
}
