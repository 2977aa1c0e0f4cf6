import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, type ContractPage, type ContractRow } from '../api';
import { announce } from '../live';
import { More, usePaged } from '../paged';
import { useResource } from '../resource';
import { navigate } from '../router';
import { useMe } from '../session';
import { daysLeftWords, PlanBadge } from '../ui/agreements';
import { Icon } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Blank, Section } from '../ui/states';
import { Day, Identifier, Said } from '../ui/text';
import { rich, t } from '../words';

const SEARCH_REST_MS = 150;
const LEAST_TYPED = 2;

/** Contracts, the first to end first; or those that a number leads to. */
export default function Contracts({ query }: { query: URLSearchParams }) {
  const me = useMe();
  const typed = query.get('q')?.trim() ?? '';
  // One letter leads to everything: the look-up begins with the second.
  const q = typed.length < LEAST_TYPED ? '' : typed;
  const key = `contracts ${me.account.id} ${q}`;
  const list = useResource(key, (signal) => ask('get', '/v1/contracts', { query: { q: q || undefined }, signal }));
  const seen = useRef(false);
  useEffect(() => {
    if (list.value && (q || seen.current)) announce(t('contracts.shown', { n: list.value.items.length }));
    if (list.value) seen.current = true;
  }, [list.value]);
  if (list.failure?.status === 403) return <FullProblem failure={list.failure} />;
  return (
    <div class="invoices">
      <header class="page-head">
        <div>
          <PageTitle title={t('contracts.title')} ready={list.value !== undefined || list.failure !== undefined} />
          <p class="lead">{t('contracts.lead')}</p>
        </div>
      </header>
      <Search q={typed} />
      <Section resource={list}>{(first) => <List key={key} first={first} storeAs={key} q={q} />}</Section>
    </div>
  );
}

/** One field for every number a contract is known by. What is typed goes into the address after a short rest. */
function Search({ q }: { q: string }) {
  const [text, setText] = useState(q);
  const field = useRef<HTMLInputElement>(null);
  const told = useRef(q);
  useEffect(() => {
    if (q === told.current) return;
    told.current = q;
    setText(q);
  }, [q]);
  const go = (next: string) => {
    told.current = next;
    navigate(next ? `/contracts?q=${encodeURIComponent(next)}` : '/contracts', { replace: true });
  };
  useEffect(() => {
    const typed = text.trim();
    if (typed === told.current) return;
    const rest = setTimeout(() => go(typed), SEARCH_REST_MS);
    return () => clearTimeout(rest);
  }, [text]);
  const clear = () => {
    setText('');
    go('');
    field.current?.focus();
  };
  return (
    <div class="finder">
      <search class="search">
        <label class="hidden" for="search">{t('contracts.search')}</label>
        <Icon name="search" />
        <input ref={field} id="search" class="input" type="text" role="searchbox" dir="auto" enterKeyHint="search" autoComplete="off" maxLength={80}
          placeholder={t('contracts.searchHint')} aria-describedby="search-hint" value={text} aria-keyshortcuts="/ Control+K"
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => { if (event.key === 'Escape' && text) clear(); }} />
        {text && <button type="button" class="button button-icon" aria-label={t('contracts.clearSearch')} onClick={clear}><Icon name="close" /></button>}
      </search>
      <p id="search-hint" class="hint finder-hint">{t('contracts.searchBy')}</p>
    </div>
  );
}

function List({ first, storeAs, q }: { first: ContractPage; storeAs: string; q: string }) {
  const paged = usePaged<ContractRow, ContractPage>(storeAs, first, (cursor) => ask('get', '/v1/contracts', { query: { q: q || undefined, cursor } }));
  const { page } = paged;
  if (page.items.length === 0) {
    return q ? (
      <Blank icon="search" title={t('contracts.noMatch')} detail={t('contracts.noMatchDetail')}>
        <a class="button" href="/contracts">{t('contracts.showAll')}</a>
      </Blank>
    ) : <Blank icon="contract" title={t('contracts.none')} detail={t('contracts.noneDetail')} />;
  }
  return (
    <>
      <table class="table cards" role="table">
        <caption class="hidden">{t('contracts.title')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('contracts.number')}</th>
            <th role="columnheader" scope="col">{t('contracts.csi')}</th>
            <th role="columnheader" scope="col">{t('contracts.start')}</th>
            <th role="columnheader" scope="col">{t('contracts.end')}</th>
            <th role="columnheader" scope="col">{t('contracts.state')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">{page.items.map((row) => <Row key={row.id} row={row} />)}</tbody>
      </table>
      {page.more && <p class="hint">{t('contracts.truncated')}</p>}
      <More paged={paged} label={t('contracts.more')} busy={t('app.loading')} />
    </>
  );
}

function Row({ row }: { row: ContractRow }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="cell-number">
        <a id={`contract-${row.id}`} class="row-link" href={`/contracts/${encodeURIComponent(row.id)}`}><Identifier>{row.number ?? row.found ?? t('contracts.noNumber')}</Identifier></a>
        {row.name && <span class="row-title clip"><Said>{row.name}</Said></span>}
        {row.found && row.number && <span class="row-title">{rich('contracts.found', { number: <Identifier>{row.found}</Identifier> })}</span>}
      </th>
      <td role="cell" data-label={t('contracts.csi')}>{row.csi ? <Identifier>{row.csi}</Identifier> : <span class="quiet">–</span>}</td>
      <td role="cell" data-label={t('contracts.start')}>{row.startOn ? <Day on={row.startOn} /> : <span class="quiet">–</span>}</td>
      <td role="cell" class="cell-due" data-label={t('contracts.end')}>
        {row.endOn ? <Day on={row.endOn} /> : <span class="quiet">{t('contracts.open')}</span>}
        {row.daysLeft !== undefined && row.endOn && <span class="due-words">{daysLeftWords(row.daysLeft)}</span>}
      </td>
      <td role="cell" class="cell-status"><PlanBadge state={row.state} /></td>
    </tr>
  );
}
