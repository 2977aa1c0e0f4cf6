import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask, asRefusal, Refusal, type InvitationShown } from '../api';
import { navigate } from '../router';
import { begin, session } from '../session';
import { LanguageSwitch } from '../shell';
import { Confirm } from '../ui/dialog';
import { Icon, Mark } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { refusalWords, Skeleton } from '../ui/states';
import { Said } from '../ui/text';
import { useStore } from '../use-store';
import { instant, known, rich, t, type Key } from '../words';
import { AcceptCode } from './invitation-code';

/** What stands behind the # of the link in the mail. */
export interface Link {
  id: string;
  token: string;
}

function linkOf(hash: string): Link | null {
  const [, id, token] = /^#([\w-]{1,64})\.([\w-]{1,64})$/.exec(hash) ?? [];
  return id && token ? { id, token } : null;
}

/** Takes the secret part out of the address once it has served: nothing of it stays in the history. */
function forgetLink(): void {
  history.replaceState(history.state, '', location.pathname);
}

type State = InvitationShown | Refusal | 'declined' | undefined;

/** An invitation as whoever holds its link sees it. Opening it does nothing; what is meant is pressed. */
export default function Invitation() {
  const [link, setLink] = useState(() => linkOf(location.hash));
  const [state, setState] = useState<State>();
  useEffect(() => {
    const follow = () => {
      if (!location.hash) return;
      setState(undefined);
      setLink(linkOf(location.hash));
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const read = () => {
    setState(undefined);
    if (!link) return setState(new Refusal({ type: '/problems/invitation-not-found', title: '', status: 404, detail: '' }));
    ask('post', '/v1/invitation/read', { json: link }).then(setState, (cause: unknown) => setState(asRefusal(cause)));
  };
  useEffect(read, [link]);
  const over = state === 'declined' || (state instanceof Refusal ? state.status === 404 : state !== undefined && state.state !== 'PENDING');
  useEffect(() => {
    if (over) forgetLink();
  }, [over]);
  return (
    <div class="door">
      <header class="door-tools"><LanguageSwitch /></header>
      <main>
        <div class="door-card invitation">
          <div class="brand"><Mark /><span>{t('app.name')}</span></div>
          {content(state, link, setState, read)}
        </div>
      </main>
      <div id="live" class="hidden" aria-live="polite" />
    </div>
  );
}

function content(state: State, link: Link | null, onState: (state: State) => void, again: () => void): ComponentChildren {
  if (state === undefined) return <><h1 class="hidden">{t('invitation.title')}</h1><Skeleton lines={5} /></>;
  if (state === 'declined') return <Ended word="declinedNow" />;
  if (state instanceof Refusal) return state.status === 404 ? <Ended word="unknown" /> : <Failed failure={state} again={again} />;
  if (state.state !== 'PENDING') return <Ended word={state.state} invitation={state} />;
  return <Pending link={link!} invitation={state} onState={onState} />;
}

function Ended({ word, invitation }: { word: 'declinedNow' | 'unknown' | Exclude<InvitationShown['state'], 'PENDING'>; invitation?: InvitationShown }) {
  const title = t(`invitation.over.${word}`);
  const places = { who: <bdi>{invitation?.invitedBy.name || invitation?.invitedBy.email}</bdi>, account: <bdi>{invitation?.accountName}</bdi> };
  return (
    <>
      <PageTitle title={title} />
      <p class="lead">{rich(`invitation.over.${word}.do` as Key, places)}</p>
      <a class="button button-main button-wide" href="/signin">{t('invitation.signIn')}</a>
    </>
  );
}

function Failed({ failure, again }: { failure: Refusal; again: () => void }) {
  const { title, detail } = refusalWords(failure);
  return (
    <>
      <PageTitle title={title} />
      <p class="lead">{detail}</p>
      <button type="button" class="button button-main button-wide" onClick={again}>{t('problem.retry')}</button>
    </>
  );
}

/** What the parts of the center are called here; those that are not named say nothing more. */
function openedBy({ modules }: InvitationShown): { key: Key; open: boolean }[] {
  const named: { key: Key; open: boolean }[] = [];
  for (const { module, act } of modules) {
    const key = `opens.${module}${act ? '.act' : ''}`;
    if (known(key)) named.push({ key, open: true });
  }
  const pays = modules.some(({ module, act }) => module === 'payments' && act);
  if (!pays) named.push({ key: 'opens.noPay', open: false });
  return named;
}

function Pending({ link, invitation, onState }: { link: Link; invitation: InvitationShown; onState: (state: State) => void }) {
  const [step, setStep] = useState<'look' | 'code' | 'decline'>('look');
  const me = useStore(session);
  const { invitedBy, accountName, email, type, ordersOnly, message, expiresAt } = invitation;
  const other = me && !(me instanceof Refusal) && me.contact.email.toLowerCase() !== email.toLowerCase() ? me.contact.email : undefined;
  const decline = async () => {
    await ask('post', '/v1/invitation/decline', { json: link });
    onState('declined');
  };
  const accepted = async () => {
    const mine = await ask('get', '/v1/me');
    forgetLink();
    begin(mine);
    navigate('/', { replace: true });
  };
  if (step === 'code') return <AcceptCode link={link} email={email} onDone={accepted} onEnded={onState} onBack={() => setStep('look')} />;
  return (
    <>
      <PageTitle title={t('invitation.title')}>{rich('invitation.heading', { account: <bdi>{accountName}</bdi> })}</PageTitle>
      <p class="lead">
        {invitedBy.name
          ? rich('invitation.by', { who: <bdi class="strong">{invitedBy.name}</bdi>, email: <bdi dir="ltr">{invitedBy.email}</bdi> })
          : rich('invitation.byAddress', { email: <bdi dir="ltr" class="strong">{invitedBy.email}</bdi> })}
      </p>
      {message && <blockquote class="said"><Said as="p" class="note">{message}</Said></blockquote>}
      <section aria-labelledby="rights">
        <h2 id="rights">{rich('invitation.rights', { type: <span>{t(`contact.${type}`)}</span> })}</h2>
        <ul class="rights">
          {openedBy(invitation).map(({ key, open }) => <li key={key} class={open ? '' : 'quiet'}><Icon name={open ? 'check' : 'close'} />{t(key)}</li>)}
        </ul>
        {ordersOnly && <p class="hint">{t('invitation.ordersOnly')}</p>}
      </section>
      <p class="hint">{rich('invitation.to', { email: <bdi dir="ltr" class="strong">{email}</bdi>, at: instant(expiresAt, Intl.DateTimeFormat().resolvedOptions().timeZone) })}</p>
      {other && <p class="notice">{rich('invitation.other', { email: <bdi dir="ltr">{other}</bdi> })}</p>}
      <button type="button" class="button button-main button-wide" onClick={() => setStep('code')}>{t('invitation.accept')}</button>
      <button type="button" class="link" onClick={() => setStep('decline')}>{t('invitation.notMe')}</button>
      {step === 'decline' && (
        <Confirm title={t('invitation.declineTitle')} action={t('invitation.declineYes')} onConfirm={decline} onClose={() => setStep('look')}
          detail={rich('invitation.declineDetail', { who: <bdi>{invitedBy.name || invitedBy.email}</bdi> })} />
      )}
    </>
  );
}
