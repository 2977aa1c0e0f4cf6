import type { AccessGrant, ContactType, Person } from '../api';
import { Identifier } from '../ui/text';
import { rich, t } from '../words';

/** What people call her: her name, or her address where none is known. */
export function nameOf({ name, email }: Pick<Person, 'name' | 'email'>): string {
  return name || email;
}

/** The types with what each may do, in words. */
export function TypeNames({ types, scoped }: { types: ContactType[]; scoped: boolean }) {
  return (
    <>
      {types.map((type) => (
        <span key={type} class="type">
          <span class="strong">{t(`contact.${type}`)}</span>
          {type !== 'operator' && <span class="row-title">{t(`can.${type}`)}{type === 'purchasing' && scoped && ` ${t('users.scoped')}`}</span>}
        </span>
      ))}
    </>
  );
}

/** One reason why a person may enter, in words. */
export function Source({ grant }: { grant: AccessGrant }) {
  const who = <bdi class="wraps">{grant.by || t('source.somebody')}</bdi>;
  switch (grant.from) {
    case 'order': return <>{rich('source.order', { number: <Identifier>{grant.number ?? ''}</Identifier> })}</>;
    case 'invitation': return <>{rich('source.invitation', { who })}</>;
    case 'transfer': return <>{rich('source.transfer', { who })}</>;
    default: return <>{t(`source.${grant.from}`)}</>;
  }
}

/** Why a person may enter; two types from one source are one reason. */
export function Sources({ grants }: { grants: AccessGrant[] }) {
  const reasons = grants.filter((grant, index) => grants.findIndex((other) => other.source === grant.source) === index);
  return <ul class="sources">{reasons.map((grant) => <li key={`${grant.source} ${grant.type}`}><Source grant={grant} /></li>)}</ul>;
}

/** A choice of contact types, each with what it may do. */
export function TypeChoice({ legend, name, types, value, focused = false, onChoose }: {
  legend: string; name: string; types: ContactType[]; value: ContactType | undefined; focused?: boolean; onChoose: (type: ContactType) => void;
}) {
  return (
    <fieldset class="options">
      <legend>{legend}</legend>
      {types.map((type, index) => (
        <label key={type} class="option">
          <input type="radio" name={name} value={type} checked={type === value} autofocus={focused && index === 0} onChange={() => onChoose(type)} />
          <span><span class="strong">{t(`contact.${type}`)}</span>{type !== 'operator' && <span class="row-title">{t(`can.${type}`)}</span>}</span>
        </label>
      ))}
    </fieldset>
  );
}
