import { useState } from 'preact/hooks';
import { ask, type Access, type Me } from '../api';
import { useResource } from '../resource';
import { signedOut } from '../session';
import { Confirm } from '../ui/dialog';
import { useGuarded } from '../ui/guarded';
import { Refused } from '../ui/refused';
import { Section } from '../ui/states';
import { instant, rich, t } from '../words';
import { Source } from './users-parts';

/** Why the reader may enter this account, who can give more, and the way out. */
export function AccessPanel({ me }: { me: Me }) {
  const access = useResource(`access ${me.account.id}`, (signal) => ask('get', '/v1/access', { signal }));
  return (
    <section class="card access" aria-labelledby="access">
      <h2 id="access">{t('access.title')}</h2>
      <Section resource={access}>{(value) => <Reasons me={me} access={value} />}</Section>
    </section>
  );
}

function Reasons({ me, access }: { me: Me; access: Access }) {
  const operator = access.types.includes('operator');
  return (
    <>
      <ul class="reasons">
        {access.grants.map((grant) => (
          <li key={`${grant.source} ${grant.type}`}>
            <p><strong>{t(`contact.${grant.type}`)}</strong> · <Source grant={grant} /></p>
            {grant.type !== 'operator' && <p class="quiet">{t(`can.${grant.type}`)}{grant.ordersOnly && ` ${t('users.scoped')}`}</p>}
            {!operator && <p class="quiet">{t('access.since', { at: instant(grant.at, me.account.timeZone) })}</p>}
          </li>
        ))}
      </ul>
      {operator ? <p class="quiet">{t('access.operator')}</p> : <Others access={access} />}
      {!operator && <Leave me={me} />}
    </>
  );
}

function Others({ access }: { access: Access }) {
  if (access.ask.length === 0) return null;
  return (
    <div>
      <p>{t('access.ask')}</p>
      <ul class="people">
        {access.ask.map((person) => (
          <li key={person.email}>
            {person.name && <bdi class="strong">{person.name}</bdi>}
            <a href={`mailto:${person.email}`}><bdi dir="ltr">{person.email}</bdi></a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Leave({ me }: { me: Me }) {
  const guarded = useGuarded();
  const [asked, setAsked] = useState(false);
  const leave = () => {
    setAsked(false);
    return guarded.run(async () => {
      await ask('post', '/v1/access/leave', { json: {} });
      signedOut();
    }, t('access.leave'));
  };
  return (
    <div class="leave">
      {guarded.window}
      {guarded.failure && <Refused failure={guarded.failure} />}
      <button type="button" class="button" aria-disabled={guarded.busy} onClick={() => setAsked(true)}>{t('access.leave')}</button>
      {asked && (
        <Confirm title={t('access.leaveTitle')} action={t('access.leaveYes')} onClose={() => setAsked(false)} onConfirm={leave}
          detail={rich('access.leaveDetail', { account: <bdi class="strong">{me.account.name}</bdi> })} />
      )}
    </div>
  );
}
