import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, asRefusal, type Me, type PaymentMethod, type PaymentMethods, type Refusal } from '../api';
import { announce } from '../live';
import { leaveFor } from '../paying';
import { keep, outdate, useResource } from '../resource';
import { navigate } from '../router';
import { acts, opens, sessionEnded, useMe } from '../session';
import { useSummary } from '../summary';
import { Confirm } from '../ui/dialog';
import { useGuarded, type Guarded } from '../ui/guarded';
import { Icon } from '../ui/icons';
import { brandOf, Expiry, expiryWords, MethodName } from '../ui/method';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Refused } from '../ui/refused';
import { Blank, Section } from '../ui/states';
import { instant, rich, t } from '../words';
import { Stuck } from './payment-methods-stuck';

/** Cards and bank accounts kept for paying: add, replace, choose the default, remove; and what waits for a new one. */
export default function Methods({ query }: { query: URLSearchParams }) {
  const me = useMe();
  const key = `methods ${me.account.id}`;
  const list = useResource(key, (signal) => ask('get', '/v1/payment-methods', { signal }));
  const guarded = useGuarded();
  const finish = useFinish(query.get('setup'), key, list.reload);
  const may = acts(me, 'payment-methods');
  if (list.failure?.status === 403) return <FullProblem failure={list.failure} />;

  // Which kinds the page offers depends on what is to be paid; the sums of the account say in what.
  const currency = useSummary(me).value?.currencies[0]?.currency;
  const toPage = (replaces?: string) => guarded.run(async () => {
    const page = await ask('post', '/v1/payment-methods', { json: { replaces, currency } });
    leaveFor(page.url);
  }, t(replaces ? 'methods.replace' : 'methods.add'));
  const value = list.value;
  return (
    <div class="methods">
      {opens(me, 'payments') && <div class="trail screen-only"><a class="onward" href="/payments"><Icon name="chevron" turns />{t('payments.title')}</a></div>}
      <header class="page-head">
        <div>
          <PageTitle title={t('methods.title')} ready={value !== undefined || list.failure !== undefined} />
          <p class="lead">{t('methods.lead')}</p>
        </div>
        {may && <button type="button" class="button button-main" aria-disabled={guarded.busy} onClick={() => void toPage()}>{t('methods.add')}</button>}
      </header>
      {finish.working && <p class="notice" role="status">{t('methods.finishing')}</p>}
      {finish.failure && (
        <Refused failure={finish.failure}>
          {(finish.failure.status === 0 || finish.failure.status >= 500) && <button type="button" class="button" onClick={finish.again}>{t('problem.retry')}</button>}
        </Refused>
      )}
      {finish.added && (
        <p class="notice notice-good" role="status"><Icon name="check" /><span class="notice-text">{rich('methods.added', { method: <MethodName method={finish.added} /> })}</span></p>
      )}
      {guarded.failure && <Refused failure={guarded.failure} />}
      {guarded.window}
      <Section resource={list}>
        {({ methods, stuck }) => (
          <>
            <Fix me={me} methods={methods} id={query.get('fix')} onReplace={may ? toPage : undefined} busy={guarded.busy} />
            <Stuck me={me} stuck={stuck} methods={methods} added={finish.added} />
            {methods.length === 0
              ? <Blank icon="card" title={t('methods.none')} detail={t('methods.noneDetail')} />
              : <List me={me} methods={methods} may={may} guarded={guarded} onReplace={toPage} onChange={list.reload} />}
            <p class="hint">{t('methods.safe')}</p>
          </>
        )}
      </Section>
    </div>
  );
}

interface Finish {
  working: boolean;
  failure: Refusal | undefined;
  added: PaymentMethod | undefined;
  again: () => void;
}

/** Brings what was entered at the processor's page into the center, once; the address then says nothing of it. */
function useFinish(setup: string | null, key: string, reload: () => void): Finish {
  const [outcome, setOutcome] = useState<{ added?: PaymentMethod; failure?: Refusal }>({});
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!setup) return;
    let stays = true;
    setOutcome({});
    ask('post', '/v1/payment-methods/setups/{id}', { params: { id: setup }, json: {} }).then(
      ({ methods, stuck, added }) => {
        outdate();
        keep(key, { methods, stuck } satisfies PaymentMethods);
        if (!stays) return;
        setOutcome({ added: added ?? undefined });
        navigate('/payment-methods', { replace: true });
        reload();
      },
      (cause: unknown) => {
        const refusal = asRefusal(cause);
        if (refusal.status === 401) return sessionEnded();
        if (stays) setOutcome({ failure: refusal });
      },
    );
    return () => { stays = false; };
  }, [setup, turn]);
  return {
    working: setup !== null && !outcome.failure && !outcome.added,
    failure: outcome.failure,
    added: outcome.added,
    again: () => setTurn((count) => count + 1),
  };
}

/** The method a mail or a warning led to, with the one thing to do about it. */
function Fix({ me, methods, id, onReplace, busy }: {
  me: Me; methods: PaymentMethod[]; id: string | null; onReplace: ((id: string) => void) | undefined; busy: boolean;
}) {
  if (!id) return null;
  const method = methods.find((entry) => entry.id === id);
  if (!method) return <p class="notice">{t('methods.fixGone')}</p>;
  return (
    <section class={method.expired ? 'card fix fix-late' : 'card fix'} aria-labelledby="fix">
      <h2 id="fix"><MethodName method={method} /></h2>
      <p><strong>{expiryWords(method, me.account.today)}</strong> {t(method.expired ? 'methods.fixExpired' : 'methods.fixExpiring')}</p>
      {onReplace && (
        <p class="actions"><button type="button" class="button button-main" aria-disabled={busy} onClick={() => onReplace(id)}>{t('methods.replaceNow')}</button></p>
      )}
    </section>
  );
}

function List({ me, methods, may, guarded, onReplace, onChange }: {
  me: Me; methods: PaymentMethod[]; may: boolean; guarded: Guarded; onReplace: (id: string) => void; onChange: () => void;
}) {
  const [removing, setRemoving] = useState<PaymentMethod>();
  const heading = useRef<HTMLHeadingElement>(null);
  const changed = (words: string) => {
    outdate();
    onChange();
    announce(words);
    heading.current?.focus();
  };
  const makeDefault = (id: string) => guarded.run(async () => {
    await ask('put', '/v1/payment-methods/{id}/default', { params: { id }, json: {} });
    changed(t('methods.defaultSet'));
  }, t('methods.makeDefault'));
  const remove = async (id: string) => {
    setRemoving(undefined);
    await guarded.run(async () => {
      await ask('delete', '/v1/payment-methods/{id}', { params: { id } });
      changed(t('methods.removed'));
    }, t('methods.remove'));
  };
  return (
    <section aria-labelledby="stored">
      <h2 id="stored" class="hidden" ref={heading} tabIndex={-1}>{t('methods.stored')}</h2>
      <ul class="method-list">
        {methods.map((method, index) => {
          const name = `${brandOf(method)} ${method.last4}`;
          return (
            <li key={method.id ?? index} class="card method">
              <div class="method-what">
                <p class="method-line"><MethodName method={method} />{method.default && <span class="badge badge-open">{t('method.default')}</span>}</p>
                <p><Expiry method={method} today={me.account.today} /></p>
                {method.addedAt && <p class="quiet">{t('methods.addedAt', { at: instant(method.addedAt, me.account.timeZone) })}</p>}
              </div>
              {may && method.id && (
                <div class="actions">
                  {!method.default && !method.expired && (
                    <button type="button" class="button button-small" aria-disabled={guarded.busy} aria-label={`${t('methods.makeDefault')}: ${name}`} onClick={() => void makeDefault(method.id!)}>{t('methods.makeDefault')}</button>
                  )}
                  <button type="button" class="button button-small" aria-disabled={guarded.busy} aria-label={`${t('methods.replace')}: ${name}`} onClick={() => onReplace(method.id!)}>{t('methods.replace')}</button>
                  <button type="button" class="button button-small" aria-disabled={guarded.busy} aria-label={`${t('methods.remove')}: ${name}`} onClick={() => setRemoving(method)}>{t('methods.remove')}</button>
                </div>
              )}
            </li>
          );
        })}
      </ul>
      {removing?.id && (
        <Confirm title={t('methods.removeTitle')} action={t('methods.removeYes')} onClose={() => setRemoving(undefined)} onConfirm={() => remove(removing.id!)}
          detail={rich('methods.removeDetail', { method: <MethodName method={removing} /> })} />
      )}
    </section>
  );
}
