import { useState } from 'preact/hooks';
import { ask, type Me, type OwnSession } from '../api';
import { announce } from '../live';
import { useResource } from '../resource';
import { signedOut } from '../session';
import { Confirm } from '../ui/dialog';
import { useGuarded } from '../ui/guarded';
import { Refused } from '../ui/refused';
import { Section } from '../ui/states';
import { instant, t } from '../words';

/** Every browser in which the person is signed in, and the ways out of them. */
export function Sessions({ me }: { me: Me }) {
  const sessions = useResource(`sessions ${me.contact.email}`, (signal) => ask('get', '/v1/sessions', { signal }));
  const guarded = useGuarded();
  const [asked, setAsked] = useState<'others' | 'all'>();
  const end = (which: 'others' | 'all') => {
    setAsked(undefined);
    return guarded.run(async () => {
      const { ended } = await ask('post', '/v1/sessions/end', { json: { keepThis: which === 'others' } });
      if (which === 'all') return signedOut();
      sessions.reload();
      announce(t('sessions.ended', { n: ended }));
    }, t(`sessions.${which}`));
  };
  return (
    <section class="card" aria-labelledby="sessions">
      <h2 id="sessions">{t('sessions.title')}</h2>
      {guarded.window}
      {guarded.failure && <Refused failure={guarded.failure} />}
      <Section resource={sessions}>
        {({ items }) => (
          <>
            <ul class="sessions">{items.map((one) => <One key={one.id} session={one} me={me} />)}</ul>
            <div class="actions">
              {items.length > 1 && <button type="button" class="button" aria-disabled={guarded.busy} onClick={() => setAsked('others')}>{t('sessions.others')}</button>}
              <button type="button" class="button" aria-disabled={guarded.busy} onClick={() => setAsked('all')}>{t('sessions.all')}</button>
            </div>
          </>
        )}
      </Section>
      {asked && (
        <Confirm title={t(`sessions.${asked}Title`)} detail={t(`sessions.${asked}Detail`)} action={t(`sessions.${asked}`)}
          onConfirm={() => end(asked)} onClose={() => setAsked(undefined)} />
      )}
    </section>
  );
}

function One({ session, me }: { session: OwnSession; me: Me }) {
  const zone = me.account.timeZone;
  return (
    <li>
      <p class="session-what">
        <bdi class="strong">{session.agent || t('sessions.unknown')}</bdi>
        {session.current && <span class="badge badge-closed">{t('sessions.current')}</span>}
      </p>
      <p class="quiet"><bdi>{session.accountName}</bdi> · {t('sessions.seen', { at: instant(session.seenAt, zone) })} · {t('sessions.since', { at: instant(session.issuedAt, zone) })}</p>
    </li>
  );
}
