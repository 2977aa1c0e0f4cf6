import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ask, type ContactType, type Me, type Person } from '../api';
import { newKey } from '../key';
import { Dialog } from '../ui/dialog';
import { rich, t } from '../words';
import { nameOf, Source, TypeChoice } from './users-parts';

export type Act = 'change' | 'primary' | 'suspend' | 'reactivate' | 'resend' | 'revoke' | 'remove';

/** A decided act: what to do, in the words of its button, and what to say when it is done. */
export interface Performed {
  act: () => Promise<void>;
  action: string;
  words: string;
}

interface Props {
  me: Me;
  person: Person;
  people: Person[];
  onPerform: (performed: Performed) => void;
  onClose: () => void;
}

/** Asks before an act on a person; nothing is sent before its button is pressed. */
export function ActWindow({ act, ...props }: Props & { act: Act }) {
  switch (act) {
    case 'change': return <Change {...props} />;
    case 'primary': return <Transfer {...props} />;
    case 'remove': return <Remove {...props} />;
    default: return <Plain act={act} {...props} />;
  }
}

/** The window of one act: a form whose button bears the act's words. */
function Window({ title, action, ready = true, onSubmit, onClose, children }: {
  title: string; action: string; ready?: boolean; onSubmit: () => void; onClose: () => void; children: ComponentChildren;
}) {
  const submit = (event: Event) => {
    event.preventDefault();
    if (ready) onSubmit();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="act-form" onSubmit={submit} noValidate>
        {children}
        <div class="actions">
          <button type="submit" class="button button-main" aria-disabled={!ready}>{action}</button>
          <button type="button" class="button" autofocus onClick={onClose}>{t('act.back')}</button>
        </div>
      </form>
    </Dialog>
  );
}

/** Acts that only want a yes. */
function Plain({ act, me, person, onPerform, onClose }: Props & { act: 'suspend' | 'reactivate' | 'resend' | 'revoke' }) {
  const { id } = person;
  const [key] = useState(newKey);
  const name = nameOf(person);
  const places = { name: <bdi class="strong">{name}</bdi>, account: <bdi>{me.account.name}</bdi> };
  const send = async () => {
    switch (act) {
      case 'suspend': await ask('post', '/v1/contacts/{id}/suspend', { params: { id }, json: {} }); break;
      case 'reactivate': await ask('post', '/v1/contacts/{id}/reactivate', { params: { id }, json: {} }); break;
      case 'resend': await ask('post', '/v1/invitations/{id}/resend', { params: { id }, json: {}, headers: { 'idempotency-key': key } }); break;
      case 'revoke': await ask('post', '/v1/invitations/{id}/revoke', { params: { id }, json: {} }); break;
    }
  };
  const action = t(`users.act.${act}`);
  return (
    <Window title={t(`users.ask.${act}`)} action={action} onClose={onClose}
      onSubmit={() => onPerform({ act: send, action, words: t(`users.done.${act}`, { name }) })}>
      <p>{rich(`users.tell.${act}`, places)}</p>
    </Window>
  );
}

function Change({ person, onPerform, onClose }: Props) {
  const { id, may } = person;
  const [type, setType] = useState<ContactType | undefined>(may.types.length === 1 ? may.types[0] : undefined);
  const name = nameOf(person);
  const change = async () => {
    await ask('put', '/v1/contacts/{id}/type', { params: { id }, json: { type } });
  };
  const action = type ? t('users.changeTo', { type: t(`contact.${type}`) }) : t('users.act.change');
  return (
    <Window title={t('users.ask.change')} action={action} ready={type !== undefined} onClose={onClose}
      onSubmit={() => onPerform({ act: change, action, words: t('users.done.change', { name }) })}>
      <p>{rich('users.tell.change', { name: <bdi class="strong">{name}</bdi> })}</p>
      <TypeChoice legend={t('users.newType')} name="type" types={may.types} value={type} focused onChoose={setType} />
    </Window>
  );
}

/** Nobody else could pay or be asked about an invoice, but for primary contacts. */
function lastPayables(person: Person, people: Person[]): boolean {
  const isOne = (other: Person) => other.kind === 'contact' && other.status === 'ACTIVE' && other.types.includes('payables');
  return isOne(person) && !people.some((other) => other.id !== person.id && isOne(other));
}

function Remove({ me, person, people, onPerform, onClose }: Props) {
  const { id, grants, email } = person;
  const [taken, setTaken] = useState(() => grants.map((grant) => grant.source));
  const [typed, setTyped] = useState('');
  const sure = !lastPayables(person, people) || typed.trim().toLowerCase() === email.toLowerCase();
  const all = grants.every((grant) => taken.includes(grant.source));
  const name = nameOf(person);
  const remove = async () => {
    await ask('post', '/v1/contacts/{id}/remove', { params: { id }, json: all ? {} : { sources: taken } });
  };
  const toggle = (source: string) => setTaken((now) => (now.includes(source) ? now.filter((other) => other !== source) : [...now, source]));
  const action = t(all ? 'users.act.remove' : 'users.removeSome');
  return (
    <Window title={t('users.ask.remove')} action={action} ready={sure && taken.length > 0} onClose={onClose}
      onSubmit={() => onPerform({ act: remove, action, words: t(all ? 'users.done.remove' : 'users.done.removeSome', { name }) })}>
      <p>{rich('users.tell.remove', { name: <bdi class="strong">{name}</bdi>, account: <bdi>{me.account.name}</bdi> })}</p>
      {grants.length > 1 && (
        <fieldset class="options">
          <legend>{t('users.what')}</legend>
          {grants.map((grant) => (
            <label key={`${grant.source} ${grant.type}`} class="option">
              <input type="checkbox" checked={taken.includes(grant.source)} onChange={() => toggle(grant.source)} />
              <span><span class="strong">{t(`contact.${grant.type}`)}</span><span class="row-title"><Source grant={grant} /></span></span>
            </label>
          ))}
        </fieldset>
      )}
      {lastPayables(person, people) && (
        <>
          <p class="notice notice-late">{t('users.lastPayables')}</p>
          <label class="field">
            <span>{rich('users.typeIt', { email: <bdi dir="ltr">{email}</bdi> })}</span>
            <input class="input" dir="ltr" autoComplete="off" autoCapitalize="off" spellcheck={false} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
          </label>
        </>
      )}
    </Window>
  );
}

const AFTERWARDS: ContactType[] = ['payables', 'purchasing', 'executive', 'accountant'];

/** Another contact becomes primary in one's own place. */
function Transfer({ me, person, onPerform, onClose }: Props) {
  const { id } = person;
  const keeps = me.contact.types.some((type) => type !== 'primary');
  const [then, setThen] = useState<ContactType | undefined>(keeps ? undefined : 'payables');
  const name = nameOf(person);
  const transfer = async () => {
    await ask('post', '/v1/contacts/{id}/primary', { params: { id }, json: then ? { then } : {} });
  };
  const action = t('users.act.primary');
  return (
    <Window title={t('users.ask.primary')} action={action} onClose={onClose}
      onSubmit={() => onPerform({ act: transfer, action, words: t('users.done.primary', { name }) })}>
      <p>{rich('users.tell.primary', { name: <bdi class="strong">{name}</bdi>, account: <bdi>{me.account.name}</bdi> })}</p>
      <TypeChoice legend={t('users.then')} name="then" types={AFTERWARDS.filter((type) => !me.contact.types.includes(type))} value={then} focused onChoose={setThen} />
      {keeps && <p class="hint">{t('users.thenKeep')}</p>}
    </Window>
  );
}
