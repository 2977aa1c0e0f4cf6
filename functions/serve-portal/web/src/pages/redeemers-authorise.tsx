import { useState } from 'preact/hooks';
import type { ContactType, Me, Person, RedeemersOf } from '../api';
import { everyone } from '../everyone';
import { useResource } from '../resource';
import { t } from '../words';
import { nameOf } from './users-parts';

/** Who can pay, or accept, for the account: the others are refused. */
const MAY: ContactType[] = ['primary', 'payables', 'executive'];

/** The people of the account who are not on the list and could be. */
function candidates(people: Person[], plan: RedeemersOf): Person[] {
  return people.filter(({ kind, status, types, email }) => kind === 'contact' && status === 'ACTIVE' && types.some((type) => MAY.includes(type))
    && !plan.redeemers.some((redeemer) => redeemer.email.toLowerCase() === email.toLowerCase()));
}

/** Chooses one of the account's people and lets her redeem. */
export function Authorise({ me, plan, busy, onAuthorise }: {
  me: Me; plan: RedeemersOf; busy: boolean; onAuthorise: (email: string, name: string) => void;
}) {
  const people = useResource(`people ${me.account.id}`, everyone).value;
  const [email, setEmail] = useState('');
  const open = candidates(people?.items ?? [], plan);
  const chosen = open.find((person) => person.email === email);
  if (people && open.length === 0) return <p class="hint">{t('redeemers.everybody')} <a href="/users/invite">{t('redeemers.invite')}</a></p>;
  const submit = (event: Event) => {
    event.preventDefault();
    if (!chosen || busy) return;
    setEmail('');
    onAuthorise(chosen.email, nameOf(chosen));
  };
  return (
    <form class="redeemer-form screen-only" onSubmit={submit}>
      <label class="field">
        <span>{t('redeemers.whom')}</span>
        <select class="input" name="redeemer" value={email} onChange={(event) => setEmail(event.currentTarget.value)}>
          <option value="">{t('redeemers.choose')}</option>
          {open.map((person) => <option key={person.id} value={person.email}>{person.name ? `${person.name} · ${person.email}` : person.email}</option>)}
        </select>
      </label>
      <button type="submit" class="button button-main" aria-disabled={!chosen || busy}>{t('redeemers.authorise')}</button>
      <p class="hint">{t('redeemers.mailed')}</p>
    </form>
  );
}
