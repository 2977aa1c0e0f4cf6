import { useRef, useState } from 'preact/hooks';
import { ask, type ContactType, type Person } from '../api';
import { announce } from '../live';
import { outdate, useResource } from '../resource';
import { useGuarded } from '../ui/guarded';
import { Refused } from '../ui/refused';
import { Section } from '../ui/states';
import { t } from '../words';
import { nameOf, Sources, TypeChoice } from './users-parts';
import { Decide } from './reviews-decide';

const TYPES: ContactType[] = ['primary', 'payables', 'purchasing', 'executive', 'accountant'];

type Asked = { act: 'grant' } | { act: 'withdraw'; person: Person };

/** Any account's people, for operators: who may enter, given or ended with a reason. */
export function AccountAccess() {
  const [account, setAccount] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    setAccount(String(new FormData(event.currentTarget as HTMLFormElement).get('account') ?? '').trim());
  };
  return (
    <section class="card account-access" aria-labelledby="account-access">
      <h2 id="account-access">{t('reviews.access')}</h2>
      <form class="account-form" onSubmit={submit}>
        <label class="field">
          <span>{t('reviews.account')}</span>
          <input class="input" name="account" dir="ltr" autoComplete="off" autoCapitalize="off" spellcheck={false} required aria-describedby="account-hint" />
        </label>
        <button type="submit" class="button">{t('reviews.look')}</button>
      </form>
      <p id="account-hint" class="hint">{t('reviews.accountHint')}</p>
      {account && <People key={account} account={account} />}
    </section>
  );
}

function People({ account }: { account: string }) {
  const guarded = useGuarded();
  const [asked, setAsked] = useState<Asked>();
  const [done, setDone] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const list = useResource(`people of ${account}`, (signal) => ask('get', '/v1/operator/contacts', { query: { account }, signal }));
  const perform = async (act: () => Promise<void>, action: string, words: string) => {
    setAsked(undefined);
    setDone(undefined);
    await guarded.run(async () => {
      await act();
      outdate();
      setDone(words);
      announce(words);
      heading.current?.focus();
    }, action);
  };
  const withdraw = (person: Person, reason: string) => perform(async () => {
    await ask('post', '/v1/operator/contacts/remove', { json: { account, contact: person.id, reason } });
  }, t('reviews.withdraw'), t('reviews.withdrawDone', { email: person.email }));
  const grant = (email: string, name: string, type: ContactType, reason: string) => perform(async () => {
    await ask('post', '/v1/operator/contacts/grant', { json: { account, email, name, type, reason } });
  }, t('reviews.grant'), t('reviews.grantDone', { email }));
  return (
    <div>
      <h3 ref={heading} tabIndex={-1}>{t('reviews.people')}</h3>
      {guarded.window}
      {guarded.failure && <Refused failure={guarded.failure} />}
      {done && <p class="notice notice-good">{done}</p>}
      <Section resource={list}>
        {({ items }) => (
          <>
            <ul class="outcomes">
              {items.map((person) => (
                <li key={person.id}>
                  <div class="review-what">
                    <p class="strong"><bdi>{nameOf(person)}</bdi></p>
                    {person.name && <p class="quiet"><bdi dir="ltr" class="wraps">{person.email}</bdi></p>}
                    <p>{person.types.map((type) => t(`contact.${type}`)).join(' · ')} <span class="badge badge-quiet">{t(`users.${person.status}`)}</span></p>
                    <div class="quiet"><Sources grants={person.grants} /></div>
                  </div>
                  {person.kind === 'contact' && (
                    <button type="button" class="button button-small" aria-disabled={guarded.busy} aria-label={`${t('reviews.withdraw')}: ${nameOf(person)}`}
                      onClick={() => { if (!guarded.busy) setAsked({ act: 'withdraw', person }); }}>{t('reviews.withdraw')}</button>
                  )}
                </li>
              ))}
            </ul>
            <p class="actions"><button type="button" class="button" aria-disabled={guarded.busy} onClick={() => { if (!guarded.busy) setAsked({ act: 'grant' }); }}>{t('reviews.grant')}</button></p>
          </>
        )}
      </Section>
      {asked?.act === 'withdraw' && (
        <Decide title={t('reviews.withdrawTitle')} action={t('reviews.withdraw')} onDecide={(reason) => void withdraw(asked.person, reason)} onClose={() => setAsked(undefined)}>
          <p>{t('reviews.withdrawDetail', { email: asked.person.email })}</p>
        </Decide>
      )}
      {asked?.act === 'grant' && <Grant onGrant={(...given) => void grant(...given)} onClose={() => setAsked(undefined)} />}
    </div>
  );
}

function Grant({ onGrant, onClose }: { onGrant: (email: string, name: string, type: ContactType, reason: string) => void; onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [type, setType] = useState<ContactType>('payables');
  return (
    <Decide title={t('reviews.grant')} action={t('reviews.grant')} ready={/^\S+@\S+\.\S+$/.test(email.trim())}
      onDecide={(reason) => onGrant(email.trim(), name.trim(), type, reason)} onClose={onClose}>
      <label class="field"><span>{t('reviews.email')}</span><input class="input" type="email" name="email" dir="ltr" autofocus autoComplete="off" autoCapitalize="off" spellcheck={false} required value={email} onInput={(event) => setEmail(event.currentTarget.value)} /></label>
      <label class="field"><span>{t('reviews.name')}</span><input class="input" name="name" dir="auto" autoComplete="off" maxLength={80} value={name} onInput={(event) => setName(event.currentTarget.value)} /></label>
      <TypeChoice legend={t('users.type')} name="granted" types={TYPES} value={type} onChoose={setType} />
    </Decide>
  );
}
