import { ask, asRefusal, Refusal, type Me, type Module } from './api';
import { forgetAll } from './resource';
import { fallbackLanguage } from './preferences';
import { navigate, place } from './router';
import { createStore } from './store';

/** Who is signed in: undefined while it is asked, null for nobody, a refusal where nothing answered. */
export const session = createStore<Me | null | undefined | Refusal>(undefined);

/** Set when a session ended under the person's hands, so that the sign-in page can say so. */
export const endedUnasked = createStore(false);

export function begin(me: Me): void {
  forgetAll();
  fallbackLanguage.set(me.account.locale);
  endedUnasked.set(false);
  session.set(me);
}

/** The same person, account and pages, after a code proved anew that it is her. */
export function renew(me: Me): void {
  const now = session.get();
  if (now && !(now instanceof Refusal) && now.account.id === me.account.id) session.set(me);
  else begin(me);
}

/** Asks the API who is signed in. */
export async function readSession(): Promise<void> {
  session.set(undefined);
  try {
    begin(await ask('get', '/v1/me'));
  } catch (cause) {
    const none = cause instanceof Refusal && cause.status === 401;
    session.set(none ? null : (cause as Refusal));
  }
}

export function sessionEnded(): void {
  forgetAll();
  endedUnasked.set(true);
  session.set(null);
}

/** Signs out. Where nobody heard it, the screen is cleared all the same and says so: she is signed in still. */
export async function signOut(): Promise<void> {
  try {
    await ask('post', '/v1/sign-out', { json: {} });
  } catch (cause) {
    const failure = asRefusal(cause);
    if (failure.status !== 401) {
      forgetAll();
      session.set(failure);
      return;
    }
  }
  signedOut();
}

/** What was about to be paid is not for the next person at this machine. */
function leaveNothing(): void {
  try {
    sessionStorage.clear();
  } catch {
    // Without storage nothing was left.
  }
}

/** Leads to the sign-in after the person ended the session herself. */
export function signedOut(): void {
  forgetAll();
  leaveNothing();
  session.set(null);
  navigate('/signin');
}

export async function enterAccount(account: string): Promise<Me> {
  const me = await ask('put', '/v1/session/account', { json: { account } });
  begin(me);
  return me;
}

/** The signed-in contact; pages behind the sign-in may rely on it. */
export function useMe(): Me {
  const me = session.get();
  if (!me || me instanceof Refusal) throw new Error('nobody is signed in');
  return me;
}

/** Whether a part of the center is open to the contact as a whole. */
export function opens(me: Me, module: Module): boolean {
  const access = me.modules[module];
  return Boolean(access?.read && !access.ordersOnly);
}

/** Whether a part is open to the contact at all, be it only for the orders that name her. */
export function reads(me: Me, module: Module): boolean {
  return Boolean(me.modules[module]?.read);
}

/** Whether the contact may change something there. */
export function acts(me: Me, module: Module): boolean {
  return Boolean(me.modules[module]?.act);
}

/** Where to go after signing in: the deep link that was asked for, never another site. */
export function deepLink(): string {
  const next = place.get().query.get('next') ?? '/';
  // Browsers drop tabs and line breaks: what is "/\t/" here would be "//" to them.
  return /^\/(?![/\\])\S*$/.test(next) && !next.startsWith('/signin') ? next : '/';
}
