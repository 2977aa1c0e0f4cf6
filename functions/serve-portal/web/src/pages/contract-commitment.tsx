import type { CommitmentUse, Money as MoneyValue, Subscription } from '../api';
import { addDecimals, isZero, sharesOf } from '../decimal';
import { Shares, Swatch } from '../ui/shares';
import { Money } from '../ui/text';
import { day, month, percent, rich, t } from '../words';

const PARTS = ['used', 'available', 'overage'] as const;
const TONES = { used: 'settled', available: 'age0', overage: 'age4' };

/** What of a commitment is used, in a picture and in a table that says the same. */
export function Commitment({ use }: { use: CommitmentUse }) {
  const within: MoneyValue = { ...use.used, amount: addDecimals(use.used.amount, `-${use.overage.amount}`) };
  const amounts = { used: within, available: use.available, overage: use.overage };
  const shown = PARTS.filter((part) => part !== 'overage' || !isZero(use.overage.amount));
  return (
    <div class="commitment">
      <p class="commitment-head">
        <span>{rich('contract.committed', { amount: <Money value={use.committed} /> })}</span>
        <span class={isZero(use.overage.amount) ? 'strong' : 'late'}>{t('contract.percentUsed', { percent: percent(String(use.percent)) })}</span>
      </p>
      <Shares parts={shown.map((part) => ({ name: part, tone: TONES[part], amount: amounts[part].amount }))} />
      <table class="plain">
        <caption class="hidden">{t('contract.commitmentTable')}</caption>
        <thead class="hidden"><tr><th scope="col">{t('contract.part')}</th><th scope="col">{t('contract.amount')}</th></tr></thead>
        <tbody>
          {shown.map((part) => (
            <tr key={part}>
              <th scope="row"><Swatch tone={TONES[part]} />{t(`contract.${part}`)}</th>
              <td class="figure"><Money value={amounts[part]} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {use.startOn && use.endOn && <p class="hint">{t('contract.span', { from: day(use.startOn), to: day(use.endOn) })}</p>}
    </div>
  );
}

const BAR = 24;
const BAR_GAP = 8;
const BAR_HEIGHT = 100;

/** Usage month by month: bars, and behind a button the table of their figures. */
export function Usage({ usage }: { usage: NonNullable<Subscription['usage']> }) {
  const shares = sharesOf(usage.map((period) => period.used.amount));
  const most = Math.max(1, ...shares);
  const width = usage.length * (BAR + BAR_GAP) - BAR_GAP;
  return (
    <div class="usage">
      <h4>{t('contract.usage')}</h4>
      <svg class="usage-bars turns" viewBox={`0 0 ${width} ${BAR_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {usage.map((period, index) => {
          const height = ((shares[index] ?? 0) * BAR_HEIGHT) / most;
          return <rect key={period.period} class="tone-settled" x={index * (BAR + BAR_GAP)} y={BAR_HEIGHT - height} width={BAR} height={height} />;
        })}
      </svg>
      <details class="usage-table">
        <summary>{t('contract.usageTable', { n: usage.length })}</summary>
        <table class="plain">
          <thead class="hidden"><tr><th scope="col">{t('contract.month')}</th><th scope="col">{t('contract.used')}</th></tr></thead>
          <tbody>
            {usage.map((period) => (
              <tr key={period.period}><th scope="row">{month(period.period)}</th><td class="figure"><Money value={period.used} /></td></tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}
