import type { ComponentChildren } from 'preact';
import { ask, type Invoice, type Party } from '../api';
import { FILES, PAYING } from '../beside';
import { isZero } from '../decimal';
import { lazy } from '../lazy';
import { useResource } from '../resource';
import { useMe } from '../session';
import { Icon } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Shares, Swatch } from '../ui/shares';
import { Skeleton } from '../ui/states';
import { CopyButton, Day, dueInWords, Flags, Identifier, Money, Said, StatusBadge } from '../ui/text';
import { lastList } from '../view';
import { country, rich, t } from '../words';
import { History } from './invoice-history';
import { Lines, Taxes, Totals } from './invoice-lines';

const Files = lazy(() => import('./paper-files'), FILES, 1);
const Attachments = lazy(() => import('./invoice-attachments'), FILES, 2);
const InvoicePay = lazy(() => import('./invoice-pay'), PAYING, 1);

export default function InvoicePage({ id }: { id: string }) {
  const me = useMe();
  const invoice = useResource(`invoice ${me.account.id} ${id}`, (signal) =>
    ask('get', '/v1/invoices/{id}', { params: { id }, signal }));
  if (invoice.failure) return <FullProblem failure={invoice.failure} retry={invoice.reload} />;
  return (
    <>
      <Trail id={id} />
      {invoice.value ? <Whole document={invoice.value} zone={me.account.timeZone} /> : <Skeleton lines={12} tall />}
    </>
  );
}

/** The way back to the list as it was, and to the neighbours there. */
function Trail({ id }: { id: string }) {
  const at = lastList.ids.indexOf(id);
  const before = lastList.ids[at - 1];
  const after = at >= 0 ? lastList.ids[at + 1] : undefined;
  return (
    <div class="trail screen-only">
      <a class="onward" href={lastList.address}><Icon name="chevron" turns />{t('invoice.back')}</a>
      {(before || after) && (
        <nav aria-label={t('invoice.neighbours')}>
          {before && <a class="button button-small" rel="prev" href={`/invoices/${before}`}><span class="back"><Icon name="chevron" turns /></span>{t('invoice.previous')}</a>}
          {after && <a class="button button-small" rel="next" href={`/invoices/${after}`}>{t('invoice.next')}<Icon name="chevron" turns /></a>}
        </nav>
      )}
    </div>
  );
}

function Whole({ document: whole, zone }: { document: Invoice; zone: string }) {
  const { invoice } = whole;
  const kind = t(`kind.${invoice.kind}`);
  return (
    <article class="invoice">
      <header class="page-head">
        <div>
          <div class="heading">
            <PageTitle title={`${kind} ${invoice.number}`}>
              {rich('invoice.title', { kind, number: <Identifier>{invoice.number}</Identifier> })}
            </PageTitle>
            <CopyButton text={invoice.number} what={t('invoice.number')} />
          </div>
          {invoice.title && <Said as="p" class="lead">{invoice.title}</Said>}
        </div>
        <Files invoice={invoice.id} />
        <button type="button" class="button print-button screen-only" onClick={() => print()}><Icon name="print" />{t('invoice.print')}</button>
      </header>
      <div class="invoice-body">
        <div class="invoice-main">
          <Facts whole={whole} />
          <Lines whole={whole} />
          <div class="sums-pair"><Taxes whole={whole} /><div><Totals whole={whole} /></div></div>
          <Notes notes={whole.notes ?? []} />
          {whole.attachments && <Attachments whole={whole} />}
        </div>
        <aside class="invoice-side">
          <Standing whole={whole} />
          <History whole={whole} zone={zone} />
        </aside>
      </div>
    </article>
  );
}

const PARTS = ['outstanding', 'processing', 'settled', 'cancelled'] as const;

/** Status, what is left, and the four parts that add up to the amount. */
function Standing({ whole }: { whole: Invoice }) {
  const { invoice, balances, today } = whole;
  const words = dueInWords(invoice, today);
  const late = invoice.status === 'PAST_DUE';
  return (
    <section class="card standing" aria-labelledby="standing">
      <h2 id="standing" class="hidden">{t('invoice.balances')}</h2>
      <p class="standing-status"><StatusBadge status={invoice.status} />{words && <span class={late ? 'late' : 'quiet'}>{words}</span>}</p>
      <p class="standing-label">{invoice.kind === 'credit_note' ? t('amount.creditLeft') : t('invoice.outstanding')}</p>
      <p class="standing-amount"><Money value={invoice.outstanding} /></p>
      <Flags flags={invoice.flags} />
      <InvoicePay whole={whole} />
      {PARTS.some((part) => !isZero(balances[part].amount)) && (
        <>
          <Shares parts={PARTS.map((part) => ({ name: part, tone: part, amount: balances[part].amount }))} />
          <table class="plain parts">
            <caption class="quiet">{rich('invoice.balancesCaption', { amount: <Money value={invoice.amount} /> })}</caption>
            <thead class="hidden"><tr><th scope="col">{t('invoice.part')}</th><th scope="col">{t('invoice.amount')}</th></tr></thead>
            <tbody>
              {PARTS.map((part) => (
                <tr key={part} class={isZero(balances[part].amount) ? 'nothing' : ''}>
                  <th scope="row"><Swatch tone={part} />{t(`invoice.${part}`)}</th>
                  <td class="figure"><Money value={balances[part]} bare /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

function Fact({ label, children, copy }: { label: string; children: ComponentChildren; copy?: string }) {
  return (
    <div class="fact">
      <dt>{label}</dt>
      <dd>{children}{copy && <CopyButton text={copy} what={label} />}</dd>
    </div>
  );
}

function NumberFact({ label, value }: { label: string; value: string | undefined }) {
  return value ? <Fact label={label} copy={value}><Identifier>{value}</Identifier></Fact> : null;
}

function Facts({ whole }: { whole: Invoice }) {
  const { invoice } = whole;
  const terms = whole.paymentTerms ?? [];
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts" class="hidden">{t('invoice.facts')}</h2>
      <dl class="facts">
        <Fact label={t('invoice.issued')}><Day on={invoice.issuedOn} /></Fact>
        <Fact label={t('invoice.due')}>{invoice.dueOn ? <Day on={invoice.dueOn} /> : t('due.none')}</Fact>
        {invoice.closedOn && <Fact label={t('invoice.closed')}><Day on={invoice.closedOn} /></Fact>}
        {invoice.type && <Fact label={t('invoice.type')}>{t(`type.${invoice.type}`)}</Fact>}
        <NumberFact label={t('invoice.po')} value={invoice.poNumber} />
        <NumberFact label={t('invoice.order')} value={whole.orderRef === invoice.poNumber ? undefined : whole.orderRef} />
        {contractsOf(whole).map((value) => <NumberFact key={value} label={t('invoice.contract')} value={value} />)}
        <NumberFact label={t('invoice.buyerReference')} value={whole.buyerReference} />
        {terms.length > 0 && <Fact label={t('invoice.terms')}>{terms.map((term) => <Said key={term} as="div">{term}</Said>)}</Fact>}
        {(whole.preceding ?? []).map((earlier) => (
          <Fact key={earlier.number} label={t('invoice.preceding')}>
            {earlier.id ? <a href={`/invoices/${earlier.id}`}><Identifier>{earlier.number}</Identifier></a> : <Identifier>{earlier.number}</Identifier>}
          </Fact>
        ))}
      </dl>
      <div class="parties">
        <PartyBlock title={t('invoice.supplier')} party={whole.supplier} />
        <PartyBlock title={t('invoice.customer')} party={whole.customer} />
      </div>
    </section>
  );
}

function contractsOf({ invoice, contractRefs = [] }: Invoice): string[] {
  return [...new Set([invoice.contractNumber, ...contractRefs].filter((value) => value !== undefined))];
}

function PartyBlock({ title, party }: { title: string; party: Party }) {
  return (
    <div class="party">
      <h3>{title}</h3>
      {party.name && <Said as="p" class="strong">{party.name}</Said>}
      {party.tradingName && party.tradingName !== party.name && <Said as="p">{party.tradingName}</Said>}
      {(party.addressLines ?? []).map((line) => <Said key={line} as="p" class="quiet">{line}</Said>)}
      {party.country && <p class="quiet">{country(party.country)}</p>}
      {party.vat && <p class="quiet">{t('invoice.vat')} <Identifier>{party.vat}</Identifier></p>}
      {party.contact && <Said as="p" class="quiet">{party.contact}</Said>}
      {(party.emails ?? []).map((email) => <p key={email}><a href={`mailto:${email}`}><bdi dir="ltr">{email}</bdi></a></p>)}
      {party.phone && <p class="quiet"><bdi dir="ltr">{party.phone}</bdi></p>}
    </div>
  );
}

function Notes({ notes }: { notes: string[] }) {
  if (notes.length === 0) return null;
  return (
    <section class="card" aria-labelledby="notes">
      <h2 id="notes">{t('invoice.notes')}</h2>
      {notes.map((note) => <p key={note} dir="auto" class="note">{note}</p>)}
    </section>
  );
}


