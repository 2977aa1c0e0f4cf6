import { useState } from 'preact/hooks';
import { ask, type DunningPolicy } from '../api';
import { announce } from '../live';
import { keep, useResource } from '../resource';
import { useGuarded } from '../ui/guarded';
import { PageTitle } from '../ui/page';
import { Refused } from '../ui/refused';
import { Section } from '../ui/states';
import { number, t } from '../words';
import { ReviewParts } from './reviews-parts';
import { DunningSteps } from './dunning-steps';

const LAST_HOUR = 23;
const SHORTEST_REPEAT = 7;
const LONGEST_REPEAT = 365;
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** When an account is reminded, looked up and set by operators. */
export default function Dunning() {
  const [account, setAccount] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    setAccount(String(new FormData(event.currentTarget as HTMLFormElement).get('account') ?? '').trim());
  };
  return (
    <div class="narrow">
      <header class="page-head"><div><PageTitle title={t('dunning.title')} /><p class="lead">{t('dunning.lead')}</p></div></header>
      <ReviewParts at="reminders" />
      <section class="card" aria-labelledby="dunning-account">
        <h2 id="dunning-account" class="hidden">{t('dunning.account')}</h2>
        <form class="account-form" onSubmit={submit}>
          <label class="field">
            <span>{t('dunning.account')}</span>
            <input class="input" name="account" dir="ltr" autoComplete="off" autoCapitalize="off" spellcheck={false} required aria-describedby="dunning-hint" />
          </label>
          <button type="submit" class="button">{t('dunning.look')}</button>
        </form>
        <p id="dunning-hint" class="hint">{t('dunning.accountHint')}</p>
      </section>
      {account && <OfAccount key={account} account={account} />}
    </div>
  );
}

function OfAccount({ account }: { account: string }) {
  const at = `dunning of ${account}`;
  const policy = useResource(at, (signal) => ask('get', '/v1/operator/dunning', { query: { account }, signal }));
  return (
    <section class="card settings" aria-labelledby="dunning-policy">
      <h2 id="dunning-policy">{t('dunning.policy')}</h2>
      <Section resource={policy}>{(value) => <Policy account={account} value={value} onSaved={(saved) => keep(at, saved)} />}</Section>
    </section>
  );
}

function Policy({ account, value, onSaved }: { account: string; value: DunningPolicy; onSaved: (saved: DunningPolicy) => void }) {
  const guarded = useGuarded();
  const [policy, setPolicy] = useState(value);
  const [done, setDone] = useState(false);
  const change = (part: Partial<DunningPolicy>) => {
    setDone(false);
    setPolicy((before) => ({ ...before, ...part }));
  };
  const save = (event: Event) => {
    event.preventDefault();
    void guarded.run(async () => {
      const saved = await ask('put', '/v1/operator/dunning', { json: { account, policy: cleaned(policy) } });
      setPolicy(saved);
      onSaved(saved);
      setDone(true);
      announce(t('dunning.saved'));
    }, t('dunning.save'));
  };
  return (
    <form class="act-form" onSubmit={save}>
      {guarded.window}
      {guarded.failure && <Refused failure={guarded.failure} />}
      {done && <p class="notice notice-good">{t('dunning.saved')}</p>}
      <Holds policy={policy} onChange={change} />
      <DunningSteps steps={policy.steps} onChange={(steps) => change({ steps })} />
      <div class="dunning-row">
        <label class="field">
          <span>{t('dunning.hour')}</span>
          <select class="input" value={policy.hour} onChange={(event) => change({ hour: Number(event.currentTarget.value) })}>
            {Array.from({ length: LAST_HOUR + 1 }, (_, hour) => <option key={hour} value={hour}>{t('dunning.at', { hour: number(hour) })}</option>)}
          </select>
        </label>
        <label class="field">
          <span>{t('dunning.repeat')}</span>
          <input class="input figure" type="number" dir="ltr" min={0} max={LONGEST_REPEAT} value={policy.repeatDays} onChange={(event) => change({ repeatDays: Number(event.currentTarget.value) })} />
          <span class="hint">{t('dunning.repeatHint', { n: SHORTEST_REPEAT })}</span>
        </label>
      </div>
      <Rest policy={policy} onChange={change} />
      <div class="actions"><button type="submit" class="button button-main" aria-disabled={guarded.busy}>{guarded.busy ? t('act.working') : t('dunning.save')}</button></div>
    </form>
  );
}

type Change = { policy: DunningPolicy; onChange: (part: Partial<DunningPolicy>) => void };

/** What holds all reminders of the account: for good, until a day, or while a promise stands. */
function Holds({ policy, onChange }: Change) {
  return (
    <fieldset class="choices">
      <legend>{t('dunning.holds')}</legend>
      <label class="check">
        <input type="checkbox" checked={policy.exempt} onChange={(event) => onChange({ exempt: event.currentTarget.checked })} />
        <span>{t('dunning.exempt')}</span>
      </label>
      <div class="dunning-row">
        <label class="field">
          <span>{t('dunning.snooze')}</span>
          <input class="input" type="date" dir="ltr" value={policy.snoozeUntil ?? ''} onChange={(event) => onChange({ snoozeUntil: event.currentTarget.value })} />
          <span class="hint">{t('dunning.snoozeHint')}</span>
        </label>
        <label class="field">
          <span>{t('dunning.promise')}</span>
          <input class="input" type="date" dir="ltr" value={policy.promisedOn ?? ''} onChange={(event) => onChange({ promisedOn: event.currentTarget.value })} />
          <span class="hint">{t('dunning.promiseHint')}</span>
        </label>
      </div>
    </fieldset>
  );
}

function Rest({ policy, onChange }: Change) {
  const rest: DunningPolicy['rest'] = policy.rest.length > 0 ? policy.rest : ['saturday', 'sunday'];
  return (
    <fieldset class="choices">
      <legend>{t('dunning.rest')}</legend>
      <label class="check">
        <input type="checkbox" checked={policy.businessDays} onChange={(event) => onChange({ businessDays: event.currentTarget.checked })} />
        <span>{t('dunning.businessDays')}</span>
      </label>
      {policy.businessDays && (
        <div class="dunning-days" role="group" aria-label={t('dunning.restDays')}>
          {DAYS.map((one) => (
            <label key={one} class="check">
              <input type="checkbox" checked={rest.includes(one)}
                onChange={(event) => onChange({ rest: DAYS.filter((other) => (other === one ? event.currentTarget.checked : rest.includes(other))) })} />
              <span>{t(`dunning.${one}`)}</span>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}

/** A day that was taken out is left out. */
function cleaned({ snoozeUntil, promisedOn, ...rest }: DunningPolicy): DunningPolicy {
  return { ...rest, ...(snoozeUntil && { snoozeUntil }), ...(promisedOn && { promisedOn }) };
}
