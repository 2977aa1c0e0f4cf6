import type { Invoice } from '../api';
import { Identifier, Money } from '../ui/text';
import { day, instant, rich, t } from '../words';

type Happening = Invoice['history'][number];

/** What happened to the invoice, oldest first; a due date that is still to come says so. */
export function History({ whole, zone }: { whole: Invoice; zone: string }) {
  if (whole.history.length === 0) return null;
  return (
    <section class="card" aria-labelledby="history">
      <h2 id="history">{t('invoice.history')}</h2>
      <ol class="history">
        {whole.history.map((happening, index) => {
          const coming = happening.on !== undefined && happening.on > whole.today;
          return (
            <li key={index} class={`happening happening-${toneOf(happening, whole)}`}>
              <p class="happening-what"><What happening={happening} /></p>
              <p class="quiet">
                {happening.at ? instant(happening.at, zone) : happening.on && day(happening.on)}
                {coming && <> · {t('history.coming')}</>}
                {happening.by && <> · {rich('history.by', { who: <bdi>{happening.by}</bdi> })}</>}
                {happening.method && <> · <bdi>{happening.method}</bdi></>}
              </p>
              {happening.amount && <p><Money value={happening.amount} /></p>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function toneOf(happening: Happening, { today, invoice }: Invoice): string {
  if (happening.on !== undefined && happening.on > today) return 'coming';
  if (happening.kind === 'due' && invoice.status === 'PAST_DUE') return 'late';
  return happening.kind;
}

function What({ happening }: { happening: Happening }) {
  const name = happening.number ? <Identifier>{happening.number}</Identifier> : '';
  const href = happening.payment ? `/payments/${happening.payment}` : happening.id && `/invoices/${happening.id}`;
  return <>{rich(`history.${happening.kind}`, {
    number: href ? <a href={href}>{name}</a> : name,
  })}</>;
}
