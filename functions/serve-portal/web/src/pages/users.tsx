import { useRef, useState } from 'preact/hooks';
import { ask, type Me, type Person } from '../api';
import { everyone } from '../everyone';
import { announce } from '../live';
import { navigate, type Place } from '../router';
import { outdate, useResource } from '../resource';
import { opens, renew, useMe } from '../session';
import { useGuarded } from '../ui/guarded';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Refused } from '../ui/refused';
import { Section } from '../ui/states';
import { Menu } from '../ui/menu';
import { instant, t } from '../words';
import { AccessPanel } from './access-panel';
import { nameOf, Sources, TypeNames } from './users-parts';
import { ActWindow, type Act, type Performed } from './users-acts';

/** Who may enter the account and why, with those who are invited. */
export default function Users({ here }: { here: Place }) {
  const me = useMe();
  const list = useResource(`people ${me.account.id}`, everyone);
  if (list.failure?.status === 403) return <FullProblem failure={list.failure} />;
  return (
    <div class="users">
      <header class="page-head">
        <div>
          <PageTitle title={t('users.title')} ready={list.value !== undefined || list.failure !== undefined} />
          <p class="lead">{t('users.lead')}</p>
        </div>
        {(list.value?.invite.length ?? 0) > 0 && <a class="button button-main" href="/users/invite">{t('users.invite')}</a>}
      </header>
      <Section resource={list}>{(page) => <People me={me} people={page.items} here={here} />}</Section>
      <AccessPanel me={me} />
    </div>
  );
}

function People({ me, people, here }: { me: Me; people: Person[]; here: Place }) {
  const guarded = useGuarded();
  const [asked, setAsked] = useState<{ act: Act; person: Person }>();
  const [done, setDone] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const perform = async ({ act, action, words }: Performed) => {
    setAsked(undefined);
    setDone(undefined);
    await guarded.run(async () => {
      await act();
      const mine = await ask('get', '/v1/me');
      renew(mine); // what was changed may have been one's own
      outdate();
      announce(words);
      // Who gave this page away finds what is left to her where every contact does.
      if (!opens(mine, 'invitations')) return navigate('/preferences', { replace: true });
      setDone(words);
      heading.current?.focus();
    }, action);
  };
  return (
    <section aria-labelledby="people">
      <h2 id="people" class="hidden" ref={heading} tabIndex={-1}>{t('users.list')}</h2>
      {guarded.window}
      {guarded.failure && <Refused failure={guarded.failure} />}
      {done && <p class="notice notice-good">{done}</p>}
      <table class="table cards" role="table">
        <caption class="hidden">{t('users.list')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('users.person')}</th>
            <th role="columnheader" scope="col">{t('users.type')}</th>
            <th role="columnheader" scope="col">{t('users.why')}</th>
            <th role="columnheader" scope="col">{t('users.seen')}</th>
            <th role="columnheader" scope="col">{t('users.status')}</th>
            <th role="columnheader" scope="col"><span class="hidden">{t('users.manage')}</span></th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {people.map((person) => (
            <Row key={person.id} person={named(person, people)} zone={me.account.timeZone} here={here} busy={guarded.busy} onAsk={(act) => setAsked({ act, person })} />
          ))}
        </tbody>
      </table>
      {asked && <ActWindow me={me} act={asked.act} person={asked.person} people={people} onPerform={(performed) => void perform(performed)} onClose={() => setAsked(undefined)} />}
    </section>
  );
}

/** The person with the names, instead of the addresses, of those who invited her. */
function named(person: Person, people: Person[]): Person {
  const nameFor = (address?: string) => people.find((other) => other.email.toLowerCase() === address?.toLowerCase())?.name || address;
  return { ...person, grants: person.grants.map((grant) => ({ ...grant, by: nameFor(grant.by) })) };
}

const TONES: Record<Person['status'], string> = {
  ACTIVE: 'closed', SUSPENDED: 'late', PENDING: 'submitted', EXPIRED: 'quiet', REVOKED: 'quiet', DECLINED: 'quiet', ACCEPTED: 'closed',
};

function Row({ person, zone, here, busy, onAsk }: { person: Person; zone: string; here: Place; busy: boolean; onAsk: (act: Act) => void }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="cell-person">
        <span class="person-name"><bdi>{nameOf(person)}</bdi>{person.self && <span class="badge badge-quiet">{t('users.you')}</span>}</span>
        {person.name && <span class="row-title"><bdi dir="ltr">{person.email}</bdi></span>}
      </th>
      <td role="cell" class="cell-type" data-label={t('users.type')}><div><TypeNames types={person.types} scoped={person.grants.every((grant) => grant.ordersOnly)} /></div></td>
      <td role="cell" class="cell-why" data-label={t('users.why')}><Sources grants={person.grants} /></td>
      <td role="cell" class="cell-seen" data-label={t(person.kind === 'contact' ? 'users.seen' : 'users.sent')}><Seen person={person} zone={zone} /></td>
      <td role="cell" data-label={t('users.status')}>
        <div>
          <span class={`badge badge-${TONES[person.status]}`}>{t(`users.${person.status}`)}</span>
          {person.unreachable && <span class="row-title late">{t(`users.${person.unreachable}`)}</span>}
        </div>
      </td>
      <td role="cell" class="cell-manage"><Manage person={person} here={here} busy={busy} onAsk={onAsk} /></td>
    </tr>
  );
}

function Seen({ person, zone }: { person: Person; zone: string }) {
  if (person.kind === 'contact') {
    return person.lastSeenAt ? <span>{instant(person.lastSeenAt, zone)}</span> : <span class="quiet">{t('users.never')}</span>;
  }
  return (
    <div>
      {person.sentAt && <span>{instant(person.sentAt, zone)}</span>}
      {person.status === 'PENDING' && person.expiresAt && <span class="row-title">{t('users.until', { at: instant(person.expiresAt, zone) })}</span>}
    </div>
  );
}

/** The acts that are open on a person, by her row. */
function actsOn({ may }: Person): Act[] {
  const open: [Act, boolean][] = [
    ['change', may.types.length > 0], ['primary', may.makePrimary], ['suspend', may.suspend], ['reactivate', may.reactivate],
    ['resend', may.resend], ['revoke', may.revoke], ['remove', may.remove],
  ];
  return open.filter(([, yes]) => yes).map(([act]) => act);
}

function Manage({ person, here, busy, onAsk }: { person: Person; here: Place; busy: boolean; onAsk: (act: Act) => void }) {
  const acts = actsOn(person);
  if (acts.length === 0) return null;
  const choose = (act: Act) => (event: Event) => {
    if (busy) return; // one act at a time: a second would be lost
    // The focus comes back to the menu's button when the window closes.
    const menu = (event.currentTarget as HTMLElement).closest('details')!;
    menu.open = false;
    menu.querySelector('summary')?.focus();
    onAsk(act);
  };
  return (
    <Menu class="menu-end" label={t('users.manageWhom', { name: nameOf(person) })} face={<span>{t('users.manage')}</span>} here={here}>
      <ul>
        {acts.map((act) => <li key={act}><button type="button" class="menu-item" aria-disabled={busy} onClick={choose(act)}>{t(`users.act.${act}`)}</button></li>)}
      </ul>
    </Menu>
  );
}
