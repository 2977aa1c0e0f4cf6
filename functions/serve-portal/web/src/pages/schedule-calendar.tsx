import { useState } from 'preact/hooks';
import { ask } from '../api';
import { announce } from '../live';
import { outdate } from '../resource';
import { useMe } from '../session';
import { Confirm } from '../ui/dialog';
import { useGuarded } from '../ui/guarded';
import { Refused } from '../ui/refused';
import { CopyButton } from '../ui/text';
import { instant, t } from '../words';

/** The address by which a calendar follows the schedule: made, shown once, made anew, ended. */
export default function Calendar({ createdAt }: { createdAt: string | undefined }) {
  const { account } = useMe();
  const [address, setAddress] = useState('');
  const [ending, setEnding] = useState(false);
  const guarded = useGuarded();
  const make = () => guarded.run(async () => {
    const made = await ask('post', '/v1/schedule/calendar', { json: {} });
    setAddress(made.url);
    announce(t('schedule.calendarMade'));
    outdate();
  }, t('schedule.calendarMake'));
  const end = async () => {
    await ask('delete', '/v1/schedule/calendar');
    setAddress('');
    setEnding(false);
    announce(t('schedule.calendarEnded'));
    outdate();
  };
  return (
    <section class="card calendar screen-only" aria-labelledby="calendar">
      <h2 id="calendar">{t('schedule.calendar')}</h2>
      <p>{t('schedule.calendarDetail')}</p>
      {createdAt && !address && <p class="hint">{t('schedule.calendarSince', { at: instant(createdAt, account.timeZone) })}</p>}
      {address && (
        <div class="calendar-address">
          <label class="field"><span>{t('schedule.calendarAddress')}</span><input class="input" dir="ltr" readOnly value={address} onFocus={(event) => event.currentTarget.select()} /></label>
          <CopyButton text={address} what={t('schedule.calendarAddress')} />
          <p class="hint">{t('schedule.calendarOnce')}</p>
        </div>
      )}
      {guarded.failure && <Refused failure={guarded.failure} />}
      {guarded.window}
      <div class="actions">
        <button type="button" class="button" aria-disabled={guarded.busy} onClick={() => void make()}>{guarded.busy ? t('act.working') : t(createdAt || address ? 'schedule.calendarAnew' : 'schedule.calendarMake')}</button>
        {(createdAt || address) && <button type="button" class="button" onClick={() => setEnding(true)}>{t('schedule.calendarEnd')}</button>}
      </div>
      {ending && (
        <Confirm title={t('schedule.endTitle')} detail={t('schedule.endDetail')} action={t('schedule.endYes')} onConfirm={end} onClose={() => setEnding(false)} />
      )}
    </section>
  );
}
