import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, asRefusal, type Bucket, type InvoicePage, type InvoiceSummary, type Me, type Refusal } from '../api';
import { ACTING, FILES } from '../beside';
import { lazy } from '../lazy';
import { announce } from '../live';
import { keep, recall } from '../resource';
import { navigate } from '../router';
import { acts, sessionEnded, useMe } from '../session';
import { useSummary } from '../summary';
import { AgingFilter, hasAging } from '../ui/aging';
import { Icon } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Blank, SectionFailure, Skeleton } from '../ui/states';
import { addressOf, filtersOn, lastList, questionOf, readView, type Tab, type View } from '../view';
import { fullDay, number, rich, t } from '../words';
import { FilterChips, FilterPanel } from './invoices-filters';
import { PayAll, PayBar } from './invoices-pay';
import { InvoiceTable } from './invoices-table';

const Export = lazy(() => import('./invoices-export'), FILES, 1);
const MailList = lazy(() => import('./invoices-mail'), { ...ACTING, words: ['mailing', 'acting'] }, 1);

const SEARCH_DELAY_MS = 150;

export default function Invoices({ query }: { query: URLSearchParams }) {
  const me = useMe();
  const view = readView(query);
  const summary = useSummary(me);
  const pages = usePages(me, view);
  const go = (change: Partial<View>, replace = false) => navigate(addressOf({ ...view, ...change }), { replace });
  const mayPay = acts(me, 'payments');
  lastList.address = addressOf(view);
  lastList.ids = pages.page?.items.map((row) => row.id) ?? [];

  if (pages.failure?.status === 403) return <FullProblem failure={pages.failure} />;
  return (
    <div class="invoices">
      <header class="page-head">
        <PageTitle title={t('invoices.title')} ready={pages.page !== undefined || pages.failure !== undefined} />
        <div class="actions screen-only">
          <Export view={view} />
          <button type="button" class="button print-button" onClick={() => print()}><Icon name="print" />{t('invoices.print')}</button>
          {acts(me, 'statements') && <Letters view={view} />}
          {mayPay && <PayAll summary={summary.value} />}
        </div>
      </header>
      <p class="print-only">{t('invoices.printed', { account: me.account.name, date: fullDay(me.account.today) })}</p>
      <Tabs view={view} summary={summary.value} />
      {summary.value && <Aging view={view} summary={summary.value} />}
      <div class="finder screen-only">
        <Search key={view.status} view={view} go={go} />
        <FilterPanel view={view} summary={summary.value} go={go} />
      </div>
      <FilterChips view={view} go={go} />
      <Rows pages={pages} view={view} me={me} go={go} />
      {mayPay && <PayBar me={me} />}
    </div>
  );
}

/** What goes to mailboxes and folders: this list, and the statement of account. */
function Letters({ view }: { view: View }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>{t('invoices.mail')}</button>
      <a class="button" href="/statement">{t('invoices.statement')}</a>
      {open && <MailList view={view} onClose={() => setOpen(false)} />}
    </>
  );
}

function Tabs({ view, summary }: { view: View; summary: InvoiceSummary | undefined }) {
  const counts = summary?.counts;
  const tabs: { tab: Tab; label: string; count: number | undefined }[] = [
    { tab: 'all', label: t('invoices.all'), count: counts?.all },
    { tab: 'past-due', label: t('invoices.pastDue'), count: counts?.pastDue },
    { tab: 'open', label: t('invoices.open'), count: counts && counts.open + counts.submitted },
    { tab: 'closed', label: t('invoices.closed'), count: counts?.closed },
  ];
  return (
    <nav class="tabs screen-only" aria-label={t('invoices.tabs')}>
      {tabs.map(({ tab, label, count }) => (
        <a key={tab} class="tab" href={addressOf({ ...view, status: tab, bucket: undefined })} aria-current={view.status === tab ? 'page' : undefined}>
          {label}
          {count !== undefined && <span class={tab === 'past-due' && count > 0 ? 'count count-late' : 'count'}>{number(count)}</span>}
        </a>
      ))}
    </nav>
  );
}

function Aging({ view, summary }: { view: View; summary: InvoiceSummary }) {
  if (view.status === 'closed' || view.kind) return null;
  const shown = summary.currencies.filter((currency) => hasAging(currency) && (!view.currency || view.currency === currency.currency));
  return (
    <div class="agings">
      {shown.map((currency) => (
        <AgingFilter key={currency.currency} summary={currency}
          chosen={view.currency === currency.currency ? view.bucket : undefined}
          href={(bucket: Bucket | undefined) => addressOf({ ...view, status: 'all', bucket, currency: bucket && currency.currency })} />
      ))}
    </div>
  );
}

/** The search field. What is typed goes into the address after a short rest, without a new step back. */
function Search({ view, go }: { view: View; go: (change: Partial<View>, replace?: boolean) => void }) {
  const [text, setText] = useState(view.q ?? '');
  const field = useRef<HTMLInputElement>(null);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    // Going back or clearing the filters changes the address under the field.
    if (document.activeElement !== field.current) setText(view.q ?? '');
  }, [view.q]);
  useEffect(() => () => clearTimeout(rest.current), []);
  const type = (next: string) => {
    setText(next);
    clearTimeout(rest.current);
    rest.current = setTimeout(() => go({ q: next.trim() || undefined }, true), SEARCH_DELAY_MS);
  };
  return (
    <search class="search">
      <label class="hidden" for="search">{t('invoices.search')}</label>
      <Icon name="search" />
      <input ref={field} id="search" class="input" type="text" role="searchbox" dir="auto" enterKeyHint="search" autoComplete="off" maxLength={80}
        placeholder={t('invoices.searchHint')} value={text} aria-keyshortcuts="/ Control+K"
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => { if (event.key === 'Escape' && text) type(''); }} />
      {text && (
        <button type="button" class="button button-icon" aria-label={t('invoices.clearSearch')}
          onClick={() => { type(''); field.current?.focus(); }}>
          <Icon name="close" />
        </button>
      )}
    </search>
  );
}

interface Pages {
  page: InvoicePage | undefined;
  failure: Refusal | undefined;
  loading: boolean;
  more: 'idle' | 'loading' | Refusal;
  loadMore(): void;
  reload(): void;
}

/** The pages of one view loaded so far, as one. Those of the view before stay visible while the next load. */
function usePages(me: Me, view: View): Pages {
  const key = `list ${me.account.id} ${addressOf(view)}`;
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ key: string; page?: InvoicePage; failure?: Refusal; loading: boolean }>(
    () => ({ key, page: recall(key), loading: true }));
  const [more, setMore] = useState<'idle' | 'loading' | Refusal>('idle');

  useEffect(() => {
    setMore('idle');
    const old = recall<InvoicePage>(key);
    if (old && turn === 0) {
      setState({ key, page: old, loading: false });
      return;
    }
    const abort = new AbortController();
    setState((before) => ({ ...before, loading: true, failure: undefined }));
    ask('get', '/v1/invoices', { query: questionOf(view), signal: abort.signal }).then(
      (page) => {
        keep(key, page);
        setState({ key, page, loading: false });
        announce(t('invoices.shown', { n: page.items.length }));
      },
      (cause: unknown) => {
        if (abort.signal.aborted) return;
        const failure = asRefusal(cause);
        if (failure.status === 401) sessionEnded();
        else setState({ key, failure, loading: false });
      },
    );
    return () => abort.abort();
  }, [key, turn]);

  const loadMore = async () => {
    const { page } = state;
    if (!page?.next || more === 'loading') return;
    setMore('loading');
    try {
      const next = await ask('get', '/v1/invoices', { query: { ...questionOf(view), cursor: page.next } });
      const whole = { ...next, items: [...page.items, ...next.items] };
      keep(key, whole);
      setState((now) => (now.key === key ? { key, page: whole, loading: false } : now));
      setMore('idle');
      announce(t('invoices.shown', { n: whole.items.length }));
    } catch (cause) {
      setMore(asRefusal(cause));
    }
  };
  const page = state.key === key ? state.page : recall<InvoicePage>(key) ?? state.page;
  return { page, failure: state.failure, loading: state.loading || state.key !== key, more, loadMore: () => void loadMore(), reload: () => setTurn((count) => count + 1) };
}

function Rows({ pages, view, me, go }: { pages: Pages; view: View; me: Me; go: (change: Partial<View>) => void }) {
  const { page, failure, loading } = pages;
  if (failure) return <SectionFailure failure={failure} retry={pages.reload} />;
  if (!page) return <Skeleton lines={9} tall />;
  if (page.items.length === 0 && !page.next) return loading ? <Skeleton lines={9} tall /> : <Nothing view={view} />;
  return (
    <div class={loading ? 'rows rows-old' : 'rows'} aria-busy={loading}>
      <InvoiceTable page={page} view={view} me={me} onSort={(sort) => go({ sort })} />
      {page.truncated && <p class="notice">{t('invoices.truncated')}</p>}
      <More pages={pages} page={page} />
    </div>
  );
}

function More({ pages, page }: { pages: Pages; page: InvoicePage }) {
  const shown = page.items.length;
  const { value, exact } = page.count;
  return (
    <div class="more">
      <p class="quiet">
        {rich(exact ? 'invoices.shownOf' : 'invoices.shownOfMore', { shown: number(shown), n: Math.max(value, shown) })}
      </p>
      {page.next && (
        <button type="button" class="button screen-only" aria-disabled={pages.more === 'loading'} onClick={pages.loadMore}>
          {pages.more === 'loading' ? t('invoices.loadingMore') : t('invoices.more')}
        </button>
      )}
      {typeof pages.more !== 'string' && <SectionFailure failure={pages.more} retry={pages.loadMore} />}
    </div>
  );
}

/** An empty account, an empty list and a search without a match are three different things. */
function Nothing({ view }: { view: View }) {
  const narrowed = view.q || filtersOn(view).length > 0;
  if (narrowed) {
    return (
      <Blank icon="search" title={t('invoices.noMatch')} detail={t('invoices.noMatchDetail')}>
        <a class="button" href={addressOf({ status: view.status })}>{t('invoices.clear')}</a>
      </Blank>
    );
  }
  if (view.status !== 'all') {
    return <Blank icon="check" title={t('invoices.noneHere')}><a class="button" href="/invoices">{t('invoices.showAll')}</a></Blank>;
  }
  return <Blank icon="invoice" title={t('invoices.empty')} detail={t('invoices.emptyDetail')} />;
}
