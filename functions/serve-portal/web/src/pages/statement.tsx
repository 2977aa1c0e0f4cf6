import { ask, type Statement, type StatementEntry } from '../api';
import { FILES } from '../beside';
import { lazy } from '../lazy';
import { currentLanguage } from '../preferences';
import { useResource } from '../resource';
import { navigate } from '../router';
import { useMe } from '../session';
import { bucketName } from '../ui/aging';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Blank, Section } from '../ui/states';
import { Day, Identifier, Money } from '../ui/text';
import { day, t } from '../words';

const Files = lazy(() => import('../ui/files'), FILES, 1);

interface Period { from: string; to: string }

/** The periods that most people want, by the account's day. */
function periods(today: string): Record<'month' | 'before' | 'year', Period> {
  const first = `${today.slice(0, 8)}01`;
  const last = new Date(`${first}T12:00:00Z`);
  last.setUTCDate(0);
  const before = last.toISOString().slice(0, 10);
  return { month: { from: first, to: today }, before: { from: `${before.slice(0, 8)}01`, to: before }, year: { from: `${today.slice(0, 5)}01-01`, to: today } };
}

const addressOf = ({ from, to }: Period) => `/statement?${new URLSearchParams({ from, to })}`;

/** What was owed, what was booked and what is owed, in a period; on the page and as files. */
export default function StatementPage({ query }: { query: URLSearchParams }) {
  const me = useMe();
  const ready = periods(me.account.today);
  const view = { from: query.get('from') ?? ready.month.from, to: query.get('to') ?? ready.month.to };
  const statement = useResource(`statement ${me.account.id} ${addressOf(view)}`, (signal) => ask('get', '/v1/statement', { query: { ...view }, signal }));
  if (statement.failure?.status === 403) return <FullProblem failure={statement.failure} />;
  const go = (change: Partial<Period>) => navigate(addressOf({ ...view, ...change }), { replace: true });
  const files = [
    { label: t('file.pdf'), path: '/v1/statement/pdf', query: { ...view, language: currentLanguage() } },
    { label: t('file.csv'), path: '/v1/statement/csv', query: { ...view } },
  ];
  return (
    <div class="invoices statement">
      <header class="page-head">
        <div>
          <PageTitle title={t('statement.title')} ready={statement.value !== undefined || statement.failure !== undefined} />
          <p class="lead">{t('statement.lead')}</p>
        </div>
        <Files label={t('statement.download')} files={files} />
      </header>
      <p class="print-only">{me.account.name} · {t('statement.period', { from: day(view.from), to: day(view.to) })}</p>
      <nav class="tabs screen-only" aria-label={t('statement.periods')}>
        {(['month', 'before', 'year'] as const).map((name) => (
          <a key={name} class="tab" href={addressOf(ready[name])} aria-current={addressOf(ready[name]) === addressOf(view) ? 'page' : undefined}>{t(`statement.${name}`)}</a>
        ))}
      </nav>
      <div class="schedule-filter screen-only" role="group" aria-label={t('statement.days')}>
        <label class="field">
          <span>{t('statement.from')}</span>
          <input class="input" type="date" name="from" required value={view.from} max={view.to} onChange={(event) => event.currentTarget.value && go({ from: event.currentTarget.value })} />
        </label>
        <label class="field">
          <span>{t('statement.to')}</span>
          <input class="input" type="date" name="to" required value={view.to} min={view.from} max={me.account.today} onChange={(event) => event.currentTarget.value && go({ to: event.currentTarget.value })} />
        </label>
      </div>
      <Section resource={statement}>{(value) => <Parts statement={value} />}</Section>
    </div>
  );
}

function Parts({ statement }: { statement: Statement }) {
  if (statement.parts.length === 0) return <Blank icon="check" title={t('statement.nothing')} detail={t('statement.nothingDetail')} />;
  return <>{statement.parts.map((part) => <Part key={part.currency} part={part} statement={statement} />)}</>;
}

function Part({ part, statement }: { part: Statement['parts'][number]; statement: Statement }) {
  const aging = part.aging.filter((age) => age.count > 0);
  return (
    <section aria-labelledby={`in-${part.currency}`}>
      <h2 id={`in-${part.currency}`}><bdi dir="ltr">{part.currency}</bdi></h2>
      <table class="table cards" role="table">
        <caption class="hidden">{t('statement.caption', { currency: part.currency })}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('statement.on')}</th>
            <th role="columnheader" scope="col">{t('statement.entry')}</th>
            <th role="columnheader" scope="col">{t('statement.reference')}</th>
            <th role="columnheader" scope="col" class="figure">{t('statement.amount')}</th>
            <th role="columnheader" scope="col" class="figure">{t('statement.balance')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          <Balance on={statement.from} name={t('statement.opening')} value={part.opening} />
          {part.entries.map((entry, index) => <Entry key={index} entry={entry} />)}
          <Balance on={statement.to} name={t('statement.closing')} value={part.closing} />
        </tbody>
      </table>
      <dl class="facts">
        <div><dt>{t('statement.charges')}</dt><dd><Money value={part.charges} /></dd></div>
        <div><dt>{t('statement.payments')}</dt><dd><Money value={part.payments} /></dd></div>
        <div><dt>{t('statement.openNow')}</dt><dd><Money value={part.outstanding} /></dd></div>
        <div><dt>{t('statement.processing')}</dt><dd><Money value={part.processing} /></dd></div>
        <div><dt>{t('statement.credit')}</dt><dd><Money value={part.credit} /></dd></div>
        {aging.map((age) => <div key={age.bucket}><dt>{bucketName(age.bucket)}</dt><dd><Money value={age.outstanding} /></dd></div>)}
      </dl>
    </section>
  );
}

function Balance({ on, name, value }: { on: string; name: string; value: StatementEntry['balance'] }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="cell-number"><Day on={on} /></th>
      <td role="cell" data-label={t('statement.entry')}><strong>{name}</strong></td>
      <td role="cell" data-label={t('statement.reference')}>–</td>
      <td role="cell" class="figure" data-label={t('statement.amount')}>–</td>
      <td role="cell" class="figure" data-label={t('statement.balance')}><strong><Money value={value} bare /></strong></td>
    </tr>
  );
}

function Entry({ entry }: { entry: StatementEntry }) {
  const href = entry.payment ? `/payments/${entry.payment}` : entry.invoice && `/invoices/${entry.invoice}`;
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="cell-number"><Day on={entry.on} /></th>
      <td role="cell" data-label={t('statement.entry')}>{t(`statement.kind.${entry.kind}`)}</td>
      <td role="cell" data-label={t('statement.reference')}>
        {href ? <a href={href}><Identifier>{entry.reference}</Identifier></a> : <Identifier>{entry.reference || '–'}</Identifier>}
      </td>
      <td role="cell" class="figure" data-label={t('statement.amount')}><Money value={entry.amount} bare /></td>
      <td role="cell" class="figure" data-label={t('statement.balance')}><Money value={entry.balance} bare /></td>
    </tr>
  );
}
