import type { ComponentChildren } from 'preact';
import { Refusal } from './api';
import { PAYING } from './beside';
import { AGREEING, BILLING, IMPORTING, PEOPLE, REWARDING } from './beside-others';
import { lazy } from './lazy';
import { decoded, type Place } from './router';
import { FullProblem } from './ui/problem';

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
const Statement = lazy(() => import('./pages/statement'), AGREEING('mailing', 'files'));
const Billing = lazy(() => import('./pages/billing'), BILLING);
const Imports = lazy(() => import('./pages/imports'), IMPORTING);
const Import = lazy(() => import('./pages/import'), IMPORTING);
const Rewards = lazy(() => import('./pages/rewards'), REWARDING);
const Users = lazy(() => import('./pages/users'), PEOPLE);
const Invite = lazy(() => import('./pages/users-invite'), PEOPLE);
const Activity = lazy(() => import('./pages/activity'), PEOPLE);
const Reviews = lazy(() => import('./pages/reviews'), PEOPLE);
const Preferences = lazy(() => import('./pages/preferences'), PEOPLE);
const Help = lazy(() => import('./pages/help'), { words: ['help'] });

const NOT_FOUND = new Refusal({ type: '/problems/not-found', title: '', status: 404, detail: '', instance: '' });

/** The pages that nobody sees first: which of them an address leads to is fetched with the first. */
export default function Elsewhere({ here }: { here: Place }): ComponentChildren {
  const { path, query } = here;
  const [, section = '', id, more] = path.split('/');
  if (more !== undefined) return <FullProblem failure={NOT_FOUND} />;
  if (id !== undefined) {
    const name = decoded(id);
    if (name === undefined) return <FullProblem failure={NOT_FOUND} />;
    if (section === 'payments') return <Payment key={name} id={name} query={query} />;
    if (section === 'contracts') return <Contract key={name} id={name} />;
    if (section === 'orders') return <Order key={name} id={name} />;
    if (section === 'rewards') return <Rewards key={name} part={name} />;
    if (path === '/users/invite') return <Invite />;
    if (section === 'imports') return <Import key={name} id={name} />;
    if (section === 'reviews') return <Reviews at={name} />;
    return <FullProblem failure={NOT_FOUND} />;
  }
  switch (section) {
    case '': return <Imports />;
    case 'pay': return <Pay query={query} />;
    case 'payments': return <Payments />;
    case 'payment-methods': return <PaymentMethods query={query} />;
    case 'contracts': return <Contracts query={query} />;
    case 'orders': return <Orders />;
    case 'schedule': return <Schedule query={query} />;
    case 'statement': return <Statement query={query} />;
    case 'billing': return <Billing />;
    case 'payments-due': return <PaymentsDue />;
    case 'rewards': return <Rewards />;
    case 'imports': return <Imports />;
    case 'users': return <Users here={here} />;
    case 'activity': return <Activity query={query} />;
    case 'reviews': return <Reviews />;
    case 'preferences': return <Preferences />;
    case 'help': return <Help />;
    default: return <FullProblem failure={NOT_FOUND} />;
  }
}
