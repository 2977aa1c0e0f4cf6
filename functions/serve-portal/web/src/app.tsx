import { Component, type ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { asRefusal, Refusal, type Me } from './api';
import { ANSWERING, CHOOSING, ENTERING, HOME, INVOICE } from './beside';
import { lazy } from './lazy';
import { preferences } from './preferences';
import { decoded, navigate, place, type Place } from './router';
import { deepLink, opens, readSession, session } from './session';
import { Shell } from './shell';
import { useStore } from './use-store';
import { FullProblem } from './ui/problem';
import { wordsVersion } from './words';

const SignIn = lazy(() => import('./pages/sign-in'), ENTERING);
const Home = lazy(() => import('./pages/home'), HOME);
const Invoices = lazy(() => import('./pages/invoices'), CHOOSING);
const Invoice = lazy(() => import('./pages/invoice'), INVOICE);
const Invitation = lazy(() => import('./pages/invitation'), ANSWERING);
const Elsewhere = lazy(() => import('./elsewhere'), { words: [] });

/** The page of an address. Every page is behind the sign-in except the sign-in itself and the answer to an invitation. */
function page(here: Place, me: Me): ComponentChildren {
  const [, section = '', id, more] = here.path.split('/');
  if (section === '' && !opens(me, 'imports')) return <Home />;
  if (section === 'invoices' && id === undefined) return <Invoices query={here.query} />;
  const name = section === 'invoices' && more === undefined ? decoded(id!) : undefined;
  return name === undefined ? <Elsewhere here={here} /> : <Invoice key={name} id={name} />;
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
