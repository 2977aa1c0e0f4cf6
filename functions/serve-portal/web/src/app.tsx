import { Component, type ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { asRefusal, Refusal, type Me } from './api';
import { AGREEING, ANSWERING, BILLING, CHOOSING, ENTERING, HOME, IMPORTING, INVOICE, PAYING, PEOPLE, REWARDING } from './beside';
import { lazy } from './lazy';
import { preferences } from './preferences';
import { navigate, place, type Place } from './router';
import { deepLink, opens, readSession, session } from './session';
import { Shell } from './shell';
import { useStore } from './use-store';
import { FullProblem } from './ui/problem';
import { wordsVersion } from './words';

const SignIn = lazy(() => import('./pages/sign-in'), ENTERING);
const Home = lazy(() => import('./pages/home'), HOME);
const Invoices = lazy(() => import('./pages/invoices'), CHOOSING);
const Invoice = lazy(() => import('./pages/invoice'), INVOICE);
const Pay = lazy(() => import('./pages/pay'), PAYING);
const Payments = lazy(() => import('./pages/payments'), PAYING);
const Payment = lazy(() => import('./pages/payment'), PAYING);
const PaymentMethods = lazy(() => import('./pages/payment-methods'), PAYING);
const Contracts = lazy(() => import('./pages/contracts'), AGREEING('contracts'));
const Contract = lazy(() => import('./pages/contract'), AGREEING('contracts'));
const Orders = lazy(() => import('./pages/orders'), AGREEING('orders'));
const Order = lazy(() => import('./pages/order'), AGREEING('orders'));
const PaymentsDue = lazy(() => import('./pages/payments-due'), AGREEING('paymentsDue', 'paying'));
const Schedule = lazy(() => import('./pages/schedule'), AGREEING('contracts', 'schedule'));
const Billing = lazy(() => import('./pages/billing'), BILLING);
const Imports = lazy(() => import('./pages/imports'), IMPORTING);
const Import = lazy(() => import('./pages/import'), IMPORTING);
const Rewards = lazy(() => import('./pages/rewards'), REWARDING);
const RewardsProducts = lazy(() => import('./pages/rewards-products'), REWARDING);
const Redeemers = lazy(() => import('./pages/redeemers'), REWARDING);
const Users = lazy(() => import('./pages/users'), PEOPLE);
const Invite = lazy(() => import('./pages/users-invite'), PEOPLE);
const Invitation = lazy(() => import('./pages/invitation'), ANSWERING);
const Activity = lazy(() => import('./pages/activity'), PEOPLE);
const Reviews = lazy(() => import('./pages/reviews'), PEOPLE);
const Preferences = lazy(() => import('./pages/preferences'), PEOPLE);
const Help = lazy(() => import('./pages/help'), { words: ['help'] });

const NOT_FOUND = new Refusal({ type: '/problems/not-found', title: '', status: 404, detail: '', instance: '' });

/** What stands in an address, undefined where it is no text. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** The page of an address. Every page is behind the sign-in except the sign-in itself and the answer to an invitation. */
function page(here: Place, me: Me): ComponentChildren {
  const { path, query } = here;
  const [, section = '', id, more] = path.split('/');
  if (more !== undefined) return <FullProblem failure={NOT_FOUND} />;
  if (id !== undefined) {
    const name = decoded(id);
    if (name === undefined) return <FullProblem failure={NOT_FOUND} />;
    if (section === 'invoices') return <Invoice key={name} id={name} />;
    if (section === 'payments') return <Payment key={name} id={name} query={query} />;
    if (section === 'contracts') return <Contract key={name} id={name} />;
    if (section === 'orders') return <Order key={name} id={name} />;
    if (section === 'rewards') return <RewardsProducts key={name} id={name} />;
    if (path === '/users/invite') return <Invite />;
    if (section === 'imports') return <Import key={name} id={name} />;
    if (section === 'reviews') return <Reviews at={name} />;
    return <FullProblem failure={NOT_FOUND} />;
  }
  switch (section) {
    case '': return opens(me, 'imports') ? <Imports /> : <Home />;
    case 'invoices': return <Invoices query={query} />;
    case 'pay': return <Pay query={query} />;
    case 'payments': return <Payments />;
    case 'payment-methods': return <PaymentMethods query={query} />;
    case 'contracts': return <Contracts query={query} />;
    case 'orders': return <Orders />;
    case 'schedule': return <Schedule query={query} />;
    case 'billing': return <Billing />;
    case 'payments-due': return <PaymentsDue />;
    case 'rewards': return <Rewards />;
    case 'redeemers': return <Redeemers />;
    case 'imports': return <Imports />;
    case 'users': return <Users here={here} />;
    case 'activity': return <Activity query={query} />;
    case 'reviews': return <Reviews />;
    case 'preferences': return <Preferences />;
    case 'help': return <Help />;
    default: return <FullProblem failure={NOT_FOUND} />;
  }
}

/** Catches what a page did not foresee, so that the shell stays usable. */
class Guard extends Component<{ at: string; children: ComponentChildren }, { failure: Refusal | null; at: string }> {
  state = { failure: null, at: this.props.at };

  static getDerivedStateFromProps(props: { at: string }, state: { at: string }) {
    return props.at === state.at ? null : { failure: null, at: props.at };
  }

  componentDidCatch(cause: unknown) {
    console.error(cause);
    this.setState({ failure: asRefusal(cause) });
  }

  render() {
    const { failure } = this.state;
    return failure ? <FullProblem failure={failure} retry={() => this.setState({ failure: null })} /> : this.props.children;
  }
}

export function App() {
  useStore(wordsVersion);
  useStore(preferences);
  const here = useStore(place);
  const me = useStore(session);
  const signIn = here.path === '/signin';
  const invited = here.path === '/invite';
  useEffect(() => {
    if (me === null && !signIn && !invited) {
      const back = here.path + (here.query.size > 0 ? `?${here.query}` : '');
      navigate(back === '/' ? '/signin' : `/signin?next=${encodeURIComponent(back)}`, { replace: true });
    }
    if (me && !(me instanceof Refusal) && signIn) navigate(deepLink(), { replace: true });
  }, [me, signIn, invited, here]);

  if (me === undefined) return null;
  if (me instanceof Refusal) {
    return <main class="alone"><FullProblem failure={me} retry={() => void readSession()} /></main>;
  }
  if (invited) return <Invitation />;
  if (signIn) return me ? null : <SignIn />;
  if (!me) return null;
  // The key makes every page of another account a new one: nothing of the old stays on the screen.
  return (
    <Shell me={me} here={here}>
      <Guard key={me.account.id} at={here.path}>{page(here, me)}</Guard>
    </Shell>
  );
}
