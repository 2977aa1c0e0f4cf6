import { ask, type Me, type RewardEntry } from '../api';
import { More, usePaged } from '../paged';
import { useResource } from '../resource';
import { Section } from '../ui/states';
import { Identifier, Money, Said } from '../ui/text';
import { instant, month, rich, t } from '../words';

interface Page {
  items: RewardEntry[];
  next?: string;
}

async function pageOf(cursor?: string, signal?: AbortSignal): Promise<Page> {
  const { entries, next } = await ask('get', '/v1/rewards/ledger', { query: { cursor }, signal });
  return { items: entries, next };
}

/** What moved the balances, newest first. */
export function Ledger({ me }: { me: Me }) {
  const key = `rewards ledger ${me.account.id}`;
  const first = useResource(key, (signal) => pageOf(undefined, signal));
  return (
    <section class="card" aria-labelledby="ledger">
      <h2 id="ledger">{t('rewards.ledger')}</h2>
      <Section resource={first}>{(page) => <Entries first={page} zone={me.account.timeZone} storeAs={key} />}</Section>
    </section>
  );
}

function Entries({ first, zone, storeAs }: { first: Page; zone: string; storeAs: string }) {
  const paged = usePaged(storeAs, first, (cursor) => pageOf(cursor));
  return (
    <>
      <table class="table cards" role="table">
        <caption class="hidden">{t('rewards.ledger')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('rewards.what')}</th>
            <th role="columnheader" scope="col">{t('rewards.plan')}</th>
            <th role="columnheader" scope="col">{t('rewards.when')}</th>
            <th role="columnheader" scope="col" class="figure">{t('rewards.amount')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">{paged.page.items.map((entry, index) => <Row key={index} entry={entry} zone={zone} />)}</tbody>
      </table>
      <More paged={paged} label={t('rewards.more')} busy={t('app.loading')} />
    </>
  );
}

function Row({ entry, zone }: { entry: RewardEntry; zone: string }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row">
        <span>{t(`rewards.did.${entry.kind}`)}</span>
        {entry.period && <span class="row-title">{month(entry.period)}</span>}
        {entry.invoices && entry.invoices.length > 0 && (
          <span class="row-title">{entry.invoices.map((number, index) => <>{index > 0 && ' · '}<Identifier>{number}</Identifier></>)}</span>
        )}
        {entry.by && entry.kind !== 'EARNED' && <span class="row-title"><bdi class="wraps">{entry.by}</bdi></span>}
        {entry.note && <Said class="row-title">{entry.note}</Said>}
        {entry.carried && <span class="row-title">{rich('rewards.carried', { amount: <Money value={entry.carried} /> })}</span>}
      </th>
      <td role="cell" data-label={t('rewards.plan')}><Identifier>{entry.number}</Identifier></td>
      <td role="cell" data-label={t('rewards.when')}><time dateTime={entry.at}>{instant(entry.at, zone)}</time></td>
      <td role="cell" class="figure" data-label={t('rewards.amount')}><Money value={entry.amount} /></td>
    </tr>
  );
}
