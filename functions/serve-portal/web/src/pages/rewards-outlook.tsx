import type { Money as MoneyValue, RewardsOf } from '../api';
import { addDecimals, isZero, minorUnits } from '../decimal';
import { Swatch } from '../ui/shares';
import { Money } from '../ui/text';
import { month, t } from '../words';

const BAR = 24;
const GAP = 8;
const HEIGHT = 100;
const SMALLEST = 2;

interface Step {
  month: string;
  ends: MoneyValue;
  left: MoneyValue;
}

/** What is left at the end of each month if nothing more is earned or used. */
function stepsOf(plan: RewardsOf): Step[] {
  let left = plan.balance.available.amount;
  return plan.endings.map(({ month: name, amount }) => {
    left = addDecimals(left, `-${amount.amount}`);
    return { month: name, ends: amount, left: { ...amount, amount: left } };
  });
}

/** Part of a whole as a height; what is not nothing stays visible. */
function heightOf(amount: string, whole: string): number {
  const [part, all] = [minorUnits(amount), minorUnits(whole)];
  if (part <= 0n || all <= 0n) return 0;
  return Math.max(SMALLEST, Number((part * BigInt(HEIGHT)) / all));
}

/** The balance over the next twelve months: a picture, and beside it the table that says the same. */
export function Outlook({ plan }: { plan: RewardsOf }) {
  const steps = stepsOf(plan);
  const whole = plan.balance.available.amount;
  if (isZero(whole)) return null;
  const name = `outlook-${plan.id}`;
  return (
    <section class="card reward-outlook" aria-labelledby={name}>
      <h3 id={name}>{t('rewards.outlook')}</h3>
      <p class="hint">{t('rewards.outlookHint')}</p>
      <svg class="reward-bars turns" viewBox={`0 0 ${steps.length * (BAR + GAP) - GAP} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-labelledby={name}>
        {steps.map((step, index) => {
          const [left, ends] = [heightOf(step.left.amount, whole), heightOf(step.ends.amount, whole)];
          const x = index * (BAR + GAP);
          return (
            <g key={step.month}>
              <rect class="tone-settled" x={x} y={HEIGHT - left} width={BAR} height={left} />
              <rect class="tone-age4" x={x} y={Math.max(0, HEIGHT - left - ends)} width={BAR} height={ends} />
            </g>
          );
        })}
      </svg>
      <div class="reward-months">
        <table class="plain">
          <caption class="hidden">{t('rewards.outlook')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('rewards.month')}</th>
              <th scope="col" class="figure"><Swatch tone="age4" />{t('rewards.ends')}</th>
              <th scope="col" class="figure"><Swatch tone="settled" />{t('rewards.leftThen')}</th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => (
              <tr key={step.month} class={isZero(step.ends.amount) ? 'nothing' : undefined}>
                <th scope="row">{month(step.month)}</th>
                <td class="figure"><Money value={step.ends} bare /></td>
                <td class="figure"><Money value={step.left} bare /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
