import { useEffect, useRef } from 'preact/hooks';
import { ask, type Schedule } from '../api';
import { ACTING, FILES } from '../beside';
import { lazy } from '../lazy';
import { announce } from '../live';
import { useResource } from '../resource';
import { navigate } from '../router';
import { useMe } from '../session';
import { Word } from '../ui/agreements';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Blank, Section } from '../ui/states';
import { Day, Identifier, Money, Said } from '../ui/text';
import { day, rich, t } from '../words';

const Files = lazy(() => import('./schedule-files'), FILES, 1);
const Calendar = lazy(() => import('./schedule-calendar'), ACTING, 2);

type View = { subscription?: string; from?: string; to?: string };

function viewOf(query: URLSearchParams): View {
  const value = (name: string) => query.get(name) || undefined;
  return { subscription: value('subscription'), from: value('from'), to: value('to') };
}

function addressOf(view: View): string {
  const query = new URLSearchParams(Object.entries(view).filter(([, value]) => value) as [string, string][]);
  return query.size > 0 ? `/schedule?${query}` : '/schedule';
}

/** What will be invoiced and what was of it, with its files and its calendar. */
export default function SchedulePage({ query }: { query: URLSearchParams }) {
  const me = useMe();
  const view = viewOf(query);
  const list = useResource(`schedule ${me.account.id} ${addressOf(view)}`, (signal) => ask('get', '/v1/schedule', { query: view, signal }));
  const last = useRef<Schedule>(undefined);
  if (list.value) last.current = list.value;
  useEffect(() => {
    if (list.value && query.size > 0) announce(t('schedule.shown', { n: list.value.lines.length }));
  }, [list.value]);
  if (list.failure?.status === 403) return <FullProblem failure={list.failure} />;
  return (
    <div class="invoices schedule">
      <header class="page-head">
        <div>
          <PageTitle title={t('schedule.title')} ready={list.value !== undefined || list.failure !== undefined} />
          <p class="lead">{t('schedule.lead')}</p>
        </div>
        <Files {...view} />
      </header>
      <Filter view={view} />
      <Section resource={list}>{(value) => <Lines schedule={value} filtered={query.size > 0} />}</Section>
      {last.current && <Calendar createdAt={last.current.calendar?.createdAt} />}
    </div>
  );
}

/** Which part of it is shown; each field takes effect at once and stands in the address. */
function Filter({ view }: { view: View }) {
  const me = useMe();
  const plans = useResource(`subscriptions ${me.account.id}`, (signal) => ask('get', '/v1/subscriptions', { query: { limit: 100 }, signal })).value;
  const go = (change: View) => navigate(addressOf({ ...view, ...change }), { replace: true });
  const numbers = [...new Set([...(plans?.items ?? []).map((plan) => plan.number), ...(view.subscription ? [view.subscription] : [])])];
  return (
    <div class="schedule-filter screen-only" role="group" aria-label={t('schedule.filter')}>
      <label class="field">
        <span>{t('contract.subscription')}</span>
        <select class="input" name="subscription" value={view.subscription ?? ''} onChange={(event) => go({ subscription: event.currentTarget.value || undefined })}>
          <option value="">{t('schedule.all')}</option>
          {numbers.map((number) => <option key={number} value={number}>{number}</option>)}
        </select>
      </label>
      <label class="field">
        <span>{t('schedule.from')}</span>
        <input class="input" type="date" name="from" value={view.from ?? ''} max={view.to} onChange={(event) => go({ from: event.currentTarget.value || undefined })} />
      </label>
      <label class="field">
        <span>{t('schedule.to')}</span>
        <input class="input" type="date" name="to" value={view.to ?? ''} min={view.from} onChange={(event) => go({ to: event.currentTarget.value || undefined })} />
      </label>
    </div>
  );
}

type Line = Schedule['lines'][number];

function Lines({ schedule, filtered }: { schedule: Schedule; filtered: boolean }) {
  if (schedule.lines.length === 0) {
    return filtered ? <Blank icon="search" title={t('schedule.noMatch')}><a class="button" href="/schedule">{t('schedule.showAll')}</a></Blank>
      : <Blank icon="calendar" title={t('schedule.none')} detail={t('schedule.noneDetail')} />;
  }
  return (
    <>
      {schedule.totals.length > 0 && <p class="schedule-sums">{rich('schedule.sums', { sums: <>{schedule.totals.map((total) => <span key={total.currency} class="schedule-sum"><Money value={total} /></span>)}</> })}</p>}
      <table class="table cards" role="table">
        <caption class="hidden">{t('schedule.title')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('contract.invoiceOn')}</th>
            <th role="columnheader" scope="col">{t('schedule.what')}</th>
            <th role="columnheader" scope="col">{t('contract.period')}</th>
            <th role="columnheader" scope="col">{t('contract.dueOn')}</th>
            <th role="columnheader" scope="col">{t('schedule.state')}</th>
            <th role="columnheader" scope="col" class="figure">{t('contract.amount')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">{schedule.lines.map((line, index) => <Row key={index} line={line} />)}</tbody>
      </table>
      {schedule.more && <p class="hint">{t(schedule.totals.length > 0 ? 'schedule.more' : 'schedule.tooMany')}</p>}
    </>
  );
}

function Row({ line }: { line: Line }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="cell-number">{line.invoiceOn ? <Day on={line.invoiceOn} /> : '–'}</th>
      <td role="cell" data-label={t('schedule.what')}>
        <span>
          {line.productName ? <Said>{line.productName}</Said> : <Identifier>{line.subscription ?? line.orderNumber ?? '–'}</Identifier>}
          {line.productName && line.subscription && <span class="row-title"><Identifier>{line.subscription}</Identifier></span>}
        </span>
      </td>
      <td role="cell" data-label={t('contract.period')}>
        <span>
          {line.startOn && line.endOn ? t('contract.span', { from: day(line.startOn), to: day(line.endOn) }) : '–'}
          {line.billingFrequency && <span class="row-title"><Word as={`contract.every.${line.billingFrequency}`} value={line.billingFrequency} /></span>}
        </span>
      </td>
      <td role="cell" data-label={t('contract.dueOn')}>{line.dueOn ? <Day on={line.dueOn} /> : '–'}</td>
      <td role="cell" class="cell-status">
        <span class={`badge badge-${line.invoiceStatus === 'INVOICED' ? 'closed' : 'quiet'}`}>{t(`schedule.${line.invoiceStatus}`)}</span>
        {line.arInvoiceNumber && <span class="row-title"><Identifier>{line.arInvoiceNumber}</Identifier></span>}
      </td>
      <td role="cell" class="figure" data-label={t('contract.amount')}><Money value={line.amount} /></td>
    </tr>
  );
}
