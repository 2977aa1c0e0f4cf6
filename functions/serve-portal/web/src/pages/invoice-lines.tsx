import type { Invoice, Money as MoneyValue } from '../api';
import { isZero } from '../decimal';
import { Identifier, Money, Said } from '../ui/text';
import { day, decimal, known, percent, t, type Key } from '../words';

type Line = Invoice['lines'][number];

function Figure({ value }: { value: MoneyValue | undefined }) {
  return value ? <Money value={value} bare /> : <span class="quiet">–</span>;
}

/** What was sold. Amounts are in the document's currency, which the heading names. */
export function Lines({ whole }: { whole: Invoice }) {
  return (
    <section class="card" aria-labelledby="lines">
      <header class="card-head">
        <h2 id="lines">{t('invoice.lines')}</h2>
        <Identifier>{whole.invoice.amount.currency}</Identifier>
      </header>
      {whole.lines.length === 0 ? <p class="quiet">{t('invoice.noLines')}</p> : (
        <table class="table cards lines" role="table" aria-labelledby="lines">
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">{t('invoice.line')}</th>
              <th role="columnheader" scope="col" class="figure">{t('invoice.quantity')}</th>
              <th role="columnheader" scope="col" class="figure">{t('invoice.unitPrice')}</th>
              <th role="columnheader" scope="col" class="figure">{t('invoice.taxRate')}</th>
              <th role="columnheader" scope="col" class="figure">{t('invoice.net')}</th>
            </tr>
          </thead>
          <tbody role="rowgroup">{whole.lines.map((line, index) => <LineRow key={line.id ?? index} line={line} />)}</tbody>
        </table>
      )}
    </section>
  );
}

function LineRow({ line }: { line: Line }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="cell-line">
        <Said>{line.name ?? line.description ?? line.id}</Said>
        {line.name && line.description && line.description !== line.name && <Said as="div" class="row-title">{line.description}</Said>}
        {line.periodStart && line.periodEnd && (
          <span class="row-title">{t('invoice.period', { from: day(line.periodStart), to: day(line.periodEnd) })}</span>
        )}
      </th>
      <td role="cell" class="figure" data-label={t('invoice.quantity')}>
        {line.quantity ? <bdi dir="ltr">{decimal(line.quantity)}</bdi> : '–'} <Unit code={line.unit} />
      </td>
      <td role="cell" class="figure" data-label={t('invoice.unitPrice')}>
        {line.unitPrice ? <bdi dir="ltr">{decimal(line.unitPrice)}</bdi> : '–'}
        {line.baseQuantity && line.baseQuantity !== '1' && <span class="quiet"> {t('invoice.per', { n: decimal(line.baseQuantity) })}</span>}
      </td>
      <td role="cell" class="figure" data-label={t('invoice.taxRate')}>{line.taxRate ? <bdi dir="ltr">{percent(line.taxRate)}</bdi> : '–'}</td>
      <td role="cell" class="figure" data-label={t('invoice.net')}><Figure value={line.net} /></td>
    </tr>
  );
}

/** Codes of UN/ECE Recommendation 20 that say no more than "one". */
const PIECES = new Set(['C62', 'EA', 'H87', 'XPP', 'NAR']);

function Unit({ code }: { code: string | undefined }) {
  if (!code || PIECES.has(code)) return null;
  const key = `unit.${code}`;
  return <span class="quiet">{known(key) ? t(key) : <Identifier>{code}</Identifier>}</span>;
}

/** Allowances, charges and the tax per category and rate. */
export function Taxes({ whole }: { whole: Invoice }) {
  return (
    <div>
      {whole.allowances.length > 0 && (
        <section class="card" aria-labelledby="allowances">
          <h2 id="allowances">{t('invoice.allowances')}</h2>
          <dl class="sums">
            {whole.allowances.map((allowance, index) => (
              <div key={index}>
                <dt>{allowance.charge ? t('invoice.charge') : t('invoice.allowance')}{allowance.reason && <> · <Said>{allowance.reason}</Said></>}</dt>
                <dd class="figure"><bdi dir="ltr">{!allowance.charge && '−'}<Money value={allowance.amount} bare /></bdi></dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {whole.taxes.length > 0 && <TaxTable whole={whole} />}
    </div>
  );
}

/** Category codes of EN 16931 in words. */
function taxName(category: string | undefined) {
  const key = `tax.${category}`;
  return known(key) ? t(key) : <Identifier>{category ?? '–'}</Identifier>;
}

function TaxTable({ whole }: { whole: Invoice }) {
  return (
    <section class="card" aria-labelledby="taxes">
      <h2 id="taxes">{t('invoice.taxes')}</h2>
      <table class="table cards" role="table" aria-labelledby="taxes">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('invoice.category')}</th>
            <th role="columnheader" scope="col" class="figure">{t('invoice.rate')}</th>
            <th role="columnheader" scope="col" class="figure">{t('invoice.taxable')}</th>
            <th role="columnheader" scope="col" class="figure">{t('invoice.tax')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {whole.taxes.map((tax, index) => (
            <tr key={index} role="row">
              <th role="rowheader" scope="row">{taxName(tax.category)}</th>
              <td role="cell" class="figure" data-label={t('invoice.rate')}>{tax.rate ? <bdi dir="ltr">{percent(tax.rate)}</bdi> : '–'}</td>
              <td role="cell" class="figure" data-label={t('invoice.taxable')}><Figure value={tax.taxable} /></td>
              <td role="cell" class="figure" data-label={t('invoice.tax')}><Figure value={tax.tax} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const TOTALS: [keyof Invoice['totals'], Key, sign?: '−'][] = [
  ['lineTotal', 'invoice.lineTotal'], ['allowanceTotal', 'invoice.allowanceTotal', '−'], ['chargeTotal', 'invoice.chargeTotal'],
  ['taxExclusive', 'invoice.taxExclusive'], ['tax', 'invoice.taxTotal'], ['taxInclusive', 'invoice.taxInclusive'],
  ['prepaid', 'invoice.prepaid', '−'], ['rounding', 'invoice.rounding'],
];

/** The step before, where it may say the same. */
function repeats(name: keyof Invoice['totals'], totals: Invoice['totals']): MoneyValue | undefined {
  if (name === 'taxExclusive') return totals.lineTotal;
  return name === 'taxInclusive' ? totals.taxExclusive : undefined;
}

/** From the lines to what is to be paid. Steps that change nothing are left out. */
export function Totals({ whole }: { whole: Invoice }) {
  const { totals } = whole;
  return (
    <section class="card" aria-labelledby="totals">
      <h2 id="totals">{t('invoice.totals')}</h2>
      <dl class="sums">
        {TOTALS.map(([name, label, sign]) => {
          const value = totals[name];
          return value && !isZero(value.amount) && value.amount !== repeats(name, totals)?.amount && (
            <div key={name}><dt>{t(label)}</dt><dd class="figure"><bdi dir="ltr">{sign}<Money value={value} bare /></bdi></dd></div>
          );
        })}
        <div class="sums-end"><dt>{t('invoice.payable')}</dt><dd class="figure"><Money value={totals.payable} /></dd></div>
      </dl>
    </section>
  );
}
