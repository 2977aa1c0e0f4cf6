import type { InvoicePage, InvoiceRow, Me } from '../api';
import { useRef } from 'preact/hooks';
import { isZero } from '../decimal';
import { choose, chosen, chosenIn, isPayable } from '../selection';
import { acts } from '../session';
import { Icon } from '../ui/icons';
import { Day, dueInWords, Flags, Identifier, Money, Said, StatusBadge } from '../ui/text';
import type { View } from '../view';
import { useStore } from '../use-store';
import { t } from '../words';

/** The columns that sort, and the order a first press asks for. */
const FIRST_ORDER = { number: 'number', issued: '-issued', due: 'due', amount: '-amount' } as const;
type Column = keyof typeof FIRST_ORDER;

const SORTS = ['due', '-due', 'issued', '-issued', 'number', '-number', 'amount', '-amount'] as const;

interface TableProps {
  page: InvoicePage;
  view: View;
  me: Me;
  onSort: (sort: string | undefined) => void;
}

/** The list. On narrow screens each row becomes a card; roles keep it a table for screen readers. */
export function InvoiceTable({ page, view, me, onSort }: TableProps) {
  const credit = view.kind === 'credit_note';
  const head = { sort: view.sort, onSort };
  const choosing = useChoosing(me, page.items);
  return (
    <>
      <label class="sort-select screen-only">
        <span>{t('invoices.sort')}</span>
        <select class="input" value={view.sort ?? ''} onChange={(event) => onSort(event.currentTarget.value || undefined)}>
          <option value="">{t('invoices.sort.default')}</option>
          {SORTS.map((sort) => <option key={sort} value={sort}>{t(`invoices.sort.${sort}`)}</option>)}
        </select>
      </label>
      <table class="table cards" role="table">
        <caption class="hidden">{t('invoices.caption', { account: me.account.name })}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {choosing && (
              <th role="columnheader" scope="col" class="cell-choose screen-only">
                <label class="check">
                  <input type="checkbox" checked={choosing.all} ref={(box) => { if (box) box.indeterminate = choosing.some && !choosing.all; }}
                    onChange={() => choosing.chooseAll(!choosing.all)} />
                  <span class="hidden">{t('invoices.chooseAll')}</span>
                </label>
              </th>
            )}
            <SortHeader column="number" label={t('invoices.number')} {...head} />
            <th role="columnheader" scope="col" class="cell-po">{t('invoices.po')}</th>
            <SortHeader column="issued" label={t('invoices.issued')} class="cell-issued" {...head} />
            <SortHeader column="due" label={t('invoices.due')} {...head} />
            <th role="columnheader" scope="col">{t('invoices.status')}</th>
            <SortHeader column="amount" label={t('invoices.total')} class="figure" {...head} />
            <th role="columnheader" scope="col" class="figure">{credit ? t('amount.creditLeft') : t('amount.outstanding')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {page.items.map((row, index) => <Row key={row.id} row={row} index={index} today={page.today} choosing={choosing} />)}
        </tbody>
      </table>
    </>
  );
}

function SortHeader({ column, label, class: name, sort, onSort }: {
  column: Column; label: string; class?: string; sort: string | undefined; onSort: (sort: string) => void;
}) {
  const order = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : undefined;
  const first = FIRST_ORDER[column];
  const next = sort === first ? (first.startsWith('-') ? column : `-${column}`) : first;
  return (
    <th role="columnheader" scope="col" class={name} aria-sort={order}>
      <button type="button" class={order ? `sort sort-${order}` : 'sort'} onClick={() => onSort(next)}>
        {label}
        <Icon name="down" />
      </button>
    </th>
  );
}

interface Choosing {
  has: (row: InvoiceRow) => boolean;
  all: boolean;
  some: boolean;
  chooseAll: (on: boolean) => void;
  /** With `range`, all rows from the one pressed before. */
  press: (index: number, on: boolean, range: boolean) => void;
}

/** The choice of rows to pay, for those who may; null where nothing can be chosen. */
function useChoosing(me: Me, rows: InvoiceRow[]): Choosing | null {
  useStore(chosen);
  const last = useRef<number>(null);
  const payable = rows.filter(isPayable);
  if (!acts(me, 'payments') || payable.length === 0) return null;
  const now = chosenIn(me);
  const has = (row: InvoiceRow) => now.has(row.id);
  return {
    has,
    all: payable.every(has),
    some: payable.some(has),
    chooseAll: (on) => choose(me, payable, on),
    press: (index, on, range) => {
      const from = range ? last.current ?? index : index;
      choose(me, rows.slice(Math.min(from, index), Math.max(from, index) + 1), on);
      last.current = index;
    },
  };
}

function Row({ row, index, today, choosing }: { row: InvoiceRow; index: number; today: string; choosing: Choosing | null }) {
  const words = dueInWords(row, today);
  return (
    <tr role="row" class={choosing?.has(row) ? 'chosen' : undefined}>
      {choosing && (
        <td role="cell" class="cell-choose screen-only">
          {isPayable(row) && (
            <label class="check">
              <input type="checkbox" checked={choosing.has(row)}
                onClick={(event) => choosing.press(index, event.currentTarget.checked, event.shiftKey)} />
              <span class="hidden">{t('invoices.choose', { number: row.number })}</span>
            </label>
          )}
        </td>
      )}
      <th role="rowheader" scope="row" class="cell-number">
        <a id={`row-${row.id}`} class="row-link" href={`/invoices/${encodeURIComponent(row.id)}`}><Identifier>{row.number}</Identifier></a>
        {(row.title || row.type) && (
          <span class="row-title clip">{row.title ? <Said>{row.title}</Said> : row.type && t(`type.${row.type}`)}</span>
        )}
      </th>
      <td role="cell" class="cell-po" data-label={t('invoices.po')}>{row.poNumber ? <Identifier>{row.poNumber}</Identifier> : <span class="quiet">–</span>}</td>
      <td role="cell" class="cell-issued" data-label={t('invoices.issued')}><Day on={row.issuedOn} /></td>
      <td role="cell" class="cell-due" data-label={t('invoices.due')}>
        {row.dueOn ? <Day on={row.dueOn} /> : <span class="quiet">–</span>}
        {words && <span class={row.status === 'PAST_DUE' ? 'due-words late' : 'due-words'}>{words}</span>}
      </td>
      <td role="cell" class="cell-status"><StatusBadge status={row.status} /><Flags flags={row.flags} /></td>
      <td role="cell" class="figure cell-total" data-label={t('invoices.total')}><Money value={row.amount} /></td>
      <td role="cell" class={isZero(row.outstanding.amount) ? 'figure cell-outstanding nothing' : 'figure cell-outstanding'} data-label={t('amount.outstanding')}><Money value={row.outstanding} bare /></td>
    </tr>
  );
}
