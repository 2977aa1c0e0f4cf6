import type { Contract } from '../api';
import { FILES } from '../beside';
import { lazy } from '../lazy';
import { reads, useMe } from '../session';
import { Day, Identifier, Money } from '../ui/text';
import { day, t } from '../words';

const Files = lazy(() => import('./schedule-files'), FILES, 1);

/** What will be invoiced, and when. */
export function Schedule({ lines }: { lines: Contract['schedule'] }) {
  if (lines.length === 0) return null;
  const numbers = [...new Set(lines.map((line) => line.subscription).filter((number) => number !== undefined))];
  const several = numbers.length > 1;
  return (
    <section class="card" aria-labelledby="schedule">
      <header class="card-head">
        <h2 id="schedule">{t('contract.schedule')}</h2>
        {reads(useMe(), 'schedule') && (
          <span class="schedule-tools">
            {numbers.map((number) => <Files key={number} small subscription={number} label={several ? t('contract.filesOf', { number }) : undefined} />)}
          </span>
        )}
      </header>
      <table id="schedule-lines" class="table cards" role="table" aria-labelledby="schedule">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('contract.invoiceOn')}</th>
            <th role="columnheader" scope="col">{t('contract.period')}</th>
            {several && <th role="columnheader" scope="col">{t('contract.subscription')}</th>}
            <th role="columnheader" scope="col">{t('contract.dueOn')}</th>
            <th role="columnheader" scope="col" class="figure">{t('contract.amount')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {lines.map((line, index) => (
            <tr key={index} role="row">
              <th role="rowheader" scope="row">{line.invoiceOn ? <Day on={line.invoiceOn} /> : '–'}</th>
              <td role="cell" data-label={t('contract.period')}>{line.startOn && line.endOn ? t('contract.span', { from: day(line.startOn), to: day(line.endOn) }) : '–'}</td>
              {several && <td role="cell" data-label={t('contract.subscription')}>{line.subscription ? <Identifier>{line.subscription}</Identifier> : '–'}</td>}
              <td role="cell" data-label={t('contract.dueOn')}>{line.dueOn ? <Day on={line.dueOn} /> : '–'}</td>
              <td role="cell" class="figure" data-label={t('contract.amount')}><Money value={line.amount} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
