import { useState } from 'preact/hooks';
import type { ImportReport } from '../api';
import { number, t } from '../words';
import { Identifier, Money, Said } from './text';

const COUNTED = ['created', 'unchanged', 'conflict', 'near_duplicate', 'rejected', 'warnings'] as const;
const TROUBLE = new Set(['conflict', 'near_duplicate', 'rejected', 'warnings']);

type Row = NonNullable<ImportReport['rows']>[number];

export function Counts({ counts }: { counts: ImportReport['counts'] }) {
  return (
    <dl class="counts">
      {COUNTED.map((name) => (
        <div key={name} class={counts[name] === 0 ? 'nothing' : TROUBLE.has(name) ? 'counts-trouble' : ''}>
          <dt>{t(`imports.${name}`)}</dt>
          <dd>{number(counts[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What became of each record of an import, the troubles first. */
export function Report({ report }: { report: ImportReport }) {
  return (
    <div class="report">
      {report.dry_run && <p><span class="badge badge-quiet">{t('imports.dry')}</span></p>}
      <Counts counts={report.counts} />
      {report.resume_at !== undefined && <p class="notice notice-late">{t('import.unfinished')}</p>}
      {report.unmapped_columns && report.unmapped_columns.length > 0 && (
        <p class="notice">{t('import.unmapped', { columns: report.unmapped_columns.join(', ') })}</p>
      )}
      {report.sums.length > 0 && <Sums report={report} />}
      {report.rows && <Rows rows={report.rows} truncated={report.rows_truncated ?? false} />}
    </div>
  );
}

function Sums({ report }: { report: ImportReport }) {
  return (
    <table class="table cards" role="table">
      <caption class="hidden">{t('import.sums')}</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">{t('import.currency')}</th>
          <th role="columnheader" scope="col" class="figure">{t('import.invoices')}</th>
          <th role="columnheader" scope="col" class="figure">{t('import.creditNotes')}</th>
          <th role="columnheader" scope="col" class="figure">{t('import.netSum')}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {report.sums.map((sum) => (
          <tr key={sum.currency} role="row">
            <th role="rowheader" scope="row"><Identifier>{sum.currency}</Identifier></th>
            <td role="cell" class="figure" data-label={t('import.invoices')}><Total of={sum.invoices} /></td>
            <td role="cell" class="figure" data-label={t('import.creditNotes')}><Total of={sum.credit_notes} /></td>
            <td role="cell" class="figure" data-label={t('import.netSum')}><Money value={sum.net} bare /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Total({ of: total }: { of: ImportReport['sums'][number]['invoices'] }) {
  return <span class="nowrap"><Money value={total.payable} bare /> <span class="quiet">({number(total.count)})</span></span>;
}

function needsLook(row: Row): boolean {
  return Boolean(row.warning) || (row.result !== 'created' && row.result !== 'unchanged');
}

function Rows({ rows, truncated }: { rows: Row[]; truncated: boolean }) {
  const [only, setOnly] = useState(rows.some(needsLook));
  const shown = only ? rows.filter(needsLook) : rows;
  return (
    <>
      <label class="check">
        <input type="checkbox" checked={only} onChange={(event) => setOnly(event.currentTarget.checked)} />
        <span>{t('import.onlyTrouble')}</span>
      </label>
      {truncated && <p class="notice">{t('import.rowsTruncated')}</p>}
      {shown.length === 0 ? <p class="quiet">{t('import.noTrouble')}</p> : (
        <table class="table cards records" role="table">
          <caption class="hidden">{t('import.rows')}</caption>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">{t('import.record')}</th>
              <th role="columnheader" scope="col">{t('import.result')}</th>
              <th role="columnheader" scope="col">{t('import.message')}</th>
            </tr>
          </thead>
          <tbody role="rowgroup">{shown.map((row) => <RecordRow key={`${row.file} ${row.index} ${row.code ?? ''} ${row.field ?? ''}`} row={row} />)}</tbody>
        </table>
      )}
    </>
  );
}

function RecordRow({ row }: { row: Row }) {
  const fine = row.result === 'created' || row.result === 'unchanged';
  return (
    <tr role="row">
      <th role="rowheader" scope="row">
        <Identifier>{row.number ?? `#${row.index}`}</Identifier>
        <span class="row-title"><bdi>{row.file}</bdi></span>
      </th>
      <td role="cell" data-label={t('import.result')}>
        <span class={fine ? 'badge badge-closed' : 'badge badge-late'}>{t(`result.${row.result}`)}</span>{' '}
        {row.warning && <span class="flag">{t('result.warning')}</span>}
      </td>
      <td role="cell" data-label={t('import.message')}>
        {row.message && <Said>{row.message}</Said>}
        {(row.code || row.field) && <span class="row-title"><Identifier>{[row.code, row.field].filter(Boolean).join(' · ')}</Identifier></span>}
      </td>
    </tr>
  );
}
