import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, asRefusal, type BillingProfile, type Refusal } from '../api';
import { changedParts, changeOf, draftOf, type Draft, type Part } from '../billing';
import { announce } from '../live';
import { keep, useResource } from '../resource';
import { opens, sessionEnded, useMe } from '../session';
import { Icon } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Refused } from '../ui/refused';
import { Section } from '../ui/states';
import { listed, t } from '../words';
import { Addresses, faultsOf, FaultList, Names, Po, Recipients, Reminders, type Faults } from './billing-fields';

/** How the account wants its papers made out and sent. */
export default function Billing() {
  const me = useMe();
  const key = `profile ${me.account.id}`;
  const profile = useResource(key, (signal) => ask('get', '/v1/profile', { signal }));
  if (profile.failure?.status === 403) return <FullProblem failure={profile.failure} />;
  return (
    <div class="narrow billing">
      <header class="page-head">
        <div>
          <PageTitle title={t('billing.title')} ready={profile.value !== undefined || profile.failure !== undefined} />
          <p class="lead">{t('billing.lead')}</p>
        </div>
        {opens(me, 'payment-methods') && <a class="button screen-only" href="/payment-methods"><Icon name="card" />{t('billing.methods')}</a>}
      </header>
      <Section resource={profile}>{(value) => <Form profile={value} storeAs={key} reload={profile.reload} />}</Section>
    </div>
  );
}

type Outcome = { kind: 'saved'; parts: Part[] } | { kind: 'refused'; failure: Refusal } | undefined;

function Form({ profile: first, storeAs, reload }: { profile: BillingProfile; storeAs: string; reload: () => void }) {
  const [profile, setProfile] = useState(first);
  const [draft, setDraft] = useState(() => draftOf(first));
  const [faults, setFaults] = useState<Faults>({});
  const [outcome, setOutcome] = useState<Outcome>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const changed = JSON.stringify(draft) !== JSON.stringify(draftOf(profile));
  // A newer answer is taken only where nothing typed would be lost.
  useEffect(() => {
    if (first.version === profile.version || changed) return;
    setProfile(first);
    setDraft(draftOf(first));
  }, [first]);
  const change = (next: Partial<Draft>) => {
    setDraft((now) => ({ ...now, ...next }));
    setOutcome(undefined);
  };
  const save = async (event: Event) => {
    event.preventDefault();
    if (busy || !changed) return;
    setBusy(true);
    setFaults({});
    const sent = changeOf(draft, profile.version);
    try {
      const after = await ask('put', '/v1/profile', { json: sent });
      keep(storeAs, after);
      setProfile(after);
      setDraft(draftOf(after));
      setOutcome({ kind: 'saved', parts: changedParts(profile, after) });
      announce(t('billing.saved'));
    } catch (cause) {
      const failure = asRefusal(cause);
      if (failure.status === 401) return sessionEnded();
      const found = faultsOf(failure, sent);
      setFaults(found);
      setOutcome(Object.keys(found).length > 0 ? undefined : { kind: 'refused', failure });
    }
    setBusy(false);
  };
  const fields = { draft, change, faults, off: !profile.mayChange };
  return (
    <form ref={form} class="billing-form" onSubmit={save} noValidate>
      {!profile.mayChange && <p class="notice"><Icon name="help" /><span class="notice-text">{t('billing.readOnly')}</span></p>}
      <FaultList faults={faults} />
      <Names {...fields} vendor={profile.vendor} />
      <Addresses {...fields} vendor={profile.vendor} />
      <Po {...fields} lapsed={profile.defaultPo !== null && !profile.poLasts} />
      <Recipients {...fields} />
      <Reminders {...fields} />
      {outcome?.kind === 'saved' && (
        <div class="notice notice-good" role="status">
          <Icon name="check" />
          <p class="notice-text"><strong>{t('billing.saved')}</strong> {outcome.parts.length > 0 && t('billing.savedParts', { parts: listed(outcome.parts.map((part) => t(`billing.part.${part}`))) })} {t('billing.told')}</p>
        </div>
      )}
      {outcome?.kind === 'refused' && (
        <Refused failure={outcome.failure}>
          {outcome.failure.status === 409 && <button type="button" class="button" onClick={() => { setDraft(draftOf(profile)); setOutcome(undefined); reload(); }}>{t('billing.reload')}</button>}
        </Refused>
      )}
      {profile.mayChange && (
        <div class="actions screen-only">
          <button type="submit" class="button button-main" aria-disabled={busy || !changed}>{t(busy ? 'act.working' : 'billing.save')}</button>
          {changed && <button type="button" class="button" onClick={() => { setDraft(draftOf(profile)); setFaults({}); setOutcome(undefined); }}>{t('billing.undo')}</button>}
        </div>
      )}
    </form>
  );
}
