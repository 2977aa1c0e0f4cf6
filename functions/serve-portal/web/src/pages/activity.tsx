import { useEffect, useState } from 'preact/hooks';
import { ask, asRefusal, refusal, send, type AuditEntry, type AuditPage, type Refusal } from '../api';
import { keep, useResource } from '../resource';
import { navigate } from '../router';
import { sessionEnded, useMe } from '../session';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Blank, Section, SectionFailure } from '../ui/states';
import { instant, number, t } from '../words';
import { Entry, KINDS } from './activity-entry';

type Filter = Partial<Record<'actor' | 'kind' | 'from' | 'to', string>>;

const NAMES = ['actor', 'kind', 'from', 'to'] as const;

/** A filtered page may come back empty with more behind it: how many are asked for in one go. */
const MOST_EMPTY = 20;

function readFilter(query: URLSearchParams): Filter {
  return Object.fromEntries(NAMES.flatMap((name) => (query.get(name) ? [[name, query.get(name)!]] : [])));
}

async function pageOf(filter: Filter, cursor?: string, signal?: AbortSignal): Promise<AuditPage> {
  let page = await ask('get', '/v1/audit', { query: { ...filter, cursor }, signal });
  for (let tries = 0; page.items.length === 0 && page.next && tries < MOST_EMPTY; tries++) {
    page = await ask('get', '/v1/audit', { query: { ...filter, cursor: page.next }, signal });
  }
  return page;
}

/** What was done in the account and by whom, newest first. */
export default function Activity({ query }: { query: URLSearchParams }) {
  const me = useMe();
  const filter = readFilter(query);
  const key = `audit ${me.account.id} ${query}`;
  const log = useResource(key, (signal) => pageOf(filter, undefined, signal));
  if (log.failure?.status === 403) return <FullProblem failure={log.failure} />;
  return (
    <div class="activity">
      <header class="page-head">
        <div><PageTitle title={t('activity.title')} /><p class="lead">{t('activity.lead')}</p></div>
        <Download filter={filter} />
      </header>
      <Filters key={String(query)} filter={filter} today={me.account.today} />
      <Section resource={log}>{(first) => <List first={first} filter={filter} zone={me.account.timeZone} storeAs={key} />}</Section>
    </div>
  );
}

function Filters({ filter, today }: { filter: Filter; today: string }) {
  const show = (change: Filter) => {
    const next = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...filter, ...change })) if (value) next.set(name, value);
    navigate(next.size > 0 ? `/activity?${next}` : '/activity', { replace: true });
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget as HTMLFormElement);
    show(Object.fromEntries(NAMES.map((name) => [name, String(typed.get(name) ?? '').trim()])));
  };
  return (
    <form class="card log-filters screen-only" onSubmit={submit} aria-label={t('activity.filters')}>
      <label class="field"><span>{t('activity.who')}</span><input class="input" name="actor" type="search" dir="ltr" autoComplete="off" defaultValue={filter.actor} /></label>
      <label class="field">
        <span>{t('activity.kind')}</span>
        <select class="input" name="kind">
          <option value="">{t('activity.anything')}</option>
          {KINDS.map((kind) => <option key={kind} value={kind} selected={kind === filter.kind}>{t(`did.${kind}`)}</option>)}
        </select>
      </label>
      <label class="field"><span>{t('activity.from')}</span><input class="input" name="from" type="date" max={today} defaultValue={filter.from} /></label>
      <label class="field"><span>{t('activity.to')}</span><input class="input" name="to" type="date" max={today} defaultValue={filter.to} /></label>
      <p class="actions">
        <button type="submit" class="button button-main">{t('activity.show')}</button>
        {Object.keys(filter).length > 0 && <a class="button" href="/activity">{t('activity.clear')}</a>}
      </p>
    </form>
  );
}

function List({ first, filter, zone, storeAs }: { first: AuditPage; filter: Filter; zone: string; storeAs: string }) {
  const [page, setPage] = useState(first);
  useEffect(() => setPage(first), [first]);
  const [more, setMore] = useState<'idle' | 'loading' | Refusal>('idle');
  const loadMore = async () => {
    if (!page.next || more === 'loading') return;
    setMore('loading');
    try {
      const next = await pageOf(filter, page.next);
      const whole = { ...next, items: [...page.items, ...next.items] };
      keep(storeAs, whole);
      setPage(whole);
      setMore('idle');
    } catch (cause) {
      const failure = asRefusal(cause);
      if (failure.status === 401) sessionEnded();
      else setMore(failure);
    }
  };
  if (page.items.length === 0 && !page.next) {
    const none = Object.keys(filter).length > 0 ? 'noMatch' : 'none';
    return <Blank icon="clock" title={t(`activity.${none}`)} detail={t(`activity.${none}Detail`)} />;
  }
  return (
    <>
      <table class="table cards" role="table">
        <caption class="hidden">{t('activity.title')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('activity.what')}</th>
            <th role="columnheader" scope="col">{t('activity.who')}</th>
            <th role="columnheader" scope="col">{t('activity.when')}</th>
            <th role="columnheader" scope="col" class="figure">{t('activity.number')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">{page.items.map((entry) => <Row key={entry.id} entry={entry} zone={zone} />)}</tbody>
      </table>
      <p class="hint">{t('activity.chain')}</p>
      {page.next && (
        <p class="more"><button type="button" class="button screen-only" aria-disabled={more === 'loading'} onClick={() => void loadMore()}>
          {t(more === 'loading' ? 'app.loading' : 'activity.more')}
        </button></p>
      )}
      {typeof more !== 'string' && <SectionFailure failure={more} retry={() => void loadMore()} />}
    </>
  );
}

function Row({ entry, zone }: { entry: AuditEntry; zone: string }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row"><Entry entry={entry} /></th>
      <td role="cell" data-label={t('activity.who')}><bdi dir="auto" class="wraps">{entry.by}</bdi></td>
      <td role="cell" data-label={t('activity.when')}><time dateTime={entry.at} class="nowrap">{instant(entry.at, zone)}</time></td>
      <td role="cell" class="figure" data-label={t('activity.number')}>{entry.number ? <span>{number(entry.number)}</span> : <span class="quiet">{t('activity.unlinked')}</span>}</td>
    </tr>
  );
}

/** Reads a file that comes in parts, whole. */
async function askParts(path: string, query: Filter): Promise<string> {
  let text = '';
  for (let cursor: string | undefined, first = true; first || cursor; first = false) {
    const response = await send('get', path, { query: { ...query, cursor } });
    if (!response.ok) throw refusal(response.status);
    text += await response.text();
    cursor = response.headers.get('x-next-cursor') ?? undefined;
  }
  return text;
}

/** What spreadsheets know the encoding by. */
const MARK = '\uFEFF';

function Download({ filter }: { filter: Filter }) {
  const [state, setState] = useState<'idle' | 'loading' | Refusal>('idle');
  const download = async () => {
    if (state === 'loading') return;
    setState('loading');
    try {
      const file = new Blob([MARK, await askParts('/v1/audit/export', filter)], { type: 'text/csv;charset=utf-8' });
      const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download: 'activity.csv' });
      link.click();
      URL.revokeObjectURL(link.href);
      setState('idle');
    } catch (cause) {
      const failure = asRefusal(cause);
      if (failure.status === 401) sessionEnded();
      else setState(failure);
    }
  };
  return (
    <div class="screen-only">
      <button type="button" class="button" aria-disabled={state === 'loading'} onClick={() => void download()}>{t(state === 'loading' ? 'app.loading' : 'activity.download')}</button>
      {typeof state !== 'string' && <SectionFailure failure={state} retry={() => void download()} />}
    </div>
  );
}
