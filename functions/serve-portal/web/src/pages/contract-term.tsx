import type { Contract } from '../api';
import { daysBetween } from '../dates';
import { Fact } from '../ui/agreements';
import { Day } from '../ui/text';
import { day, t } from '../words';

/** Days before the end from which a renewal is offered. */
const OFFER_DAYS = 90;
const DAY_MS = 86_400_000;
const WIDTH = 1000;
const MARK = 4;

/** The term as a bar from start to end: what is over, today, and the day from which it can be renewed. The facts beside it say the same. */
export function Term({ contract, today }: { contract: Contract; today: string }) {
  const { startOn, endOn } = contract;
  if (!startOn && !endOn) return null;
  const notice = endOn && new Date(Date.parse(endOn) - OFFER_DAYS * DAY_MS).toISOString().slice(0, 'yyyy-mm-dd'.length);
  const shown = notice && (!startOn || notice > startOn) ? notice : undefined;
  return (
    <section class="card term" aria-labelledby="term">
      <h2 id="term">{t('contract.term')}</h2>
      {startOn && endOn && <Bar start={startOn} end={endOn} notice={shown} today={today} />}
      <dl class="term-facts">
        <Fact label={t('contracts.start')}>{startOn ? <Day on={startOn} /> : '–'}</Fact>
        {shown && <Fact label={t(shown <= today ? 'contract.noticeSince' : 'contract.notice')}><Day on={shown} /></Fact>}
        <Fact label={t('contracts.end')}>{endOn ? <Day on={endOn} /> : t('contracts.open')}</Fact>
      </dl>
      <p class="hidden">{t('contract.todayIs', { date: day(today) })}</p>
    </section>
  );
}

function Bar({ start, end, notice, today }: { start: string; end: string; notice: string | undefined; today: string }) {
  // The term runs through its last day.
  const whole = Math.max(1, daysBetween(start, end) + 1);
  const at = (on: string) => Math.min(WIDTH, Math.max(0, (daysBetween(start, on) * WIDTH) / whole));
  const now = at(today);
  return (
    <svg class="term-bar turns" viewBox={`0 0 ${WIDTH} 24`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="shares-ground" y="8" width={WIDTH} height="8" />
      {notice && <rect class="term-notice" x={at(notice)} y="8" width={WIDTH - at(notice)} height="8" />}
      <rect class="term-over" y="8" width={now} height="8" />
      {notice && <rect class="term-mark" x={at(notice) - MARK / 2} y="4" width={MARK} height="16" />}
      {now > 0 && now < WIDTH && <rect class="term-today" x={now - MARK} width={MARK * 2} height="24" />}
    </svg>
  );
}
