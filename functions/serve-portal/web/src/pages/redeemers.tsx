import { useRef, useState } from 'preact/hooks';
import { ask, type Me, type Redeemers as Answer, type RedeemersOf } from '../api';
import { announce } from '../live';
import { outdate, useResource } from '../resource';
import { useMe } from '../session';
import { useGuarded, type Guarded } from '../ui/guarded';
import { Icon } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Refused } from '../ui/refused';
import { Blank, Section } from '../ui/states';
import { Identifier } from '../ui/text';
import { instant, rich, t } from '../words';
import { Authorise } from './redeemers-authorise';
import { CodeWindow, RemoveWindow, RotateWindow } from './redeemers-windows';

export type Redeemer = RedeemersOf['redeemers'][number];

/** Who may redeem the rewards of which subscription, and their codes. */
export function Redeemers() {
  const me = useMe();
  const list = useResource(`redeemers ${me.account.id}`, (signal) => ask('get', '/v1/redeemers', { signal }));
  if (list.failure?.status === 403) return <FullProblem failure={list.failure} />;
  return (
    <div class="redeemers">
      <div class="trail screen-only"><a class="onward" href="/rewards"><Icon name="chevron" turns />{t('rewards.title')}</a></div>
      <header class="page-head">
        <div>
          <PageTitle title={t('redeemers.title')} ready={list.value !== undefined || list.failure !== undefined} />
          <p class="lead">{t('redeemers.lead')}</p>
        </div>
      </header>
      <Section resource={list}>{(value) => <All me={me} value={value} />}</Section>
    </div>
  );
}

function All({ me, value }: { me: Me; value: Answer }) {
  if (value.subscriptions.length === 0) return <Blank icon="coin" title={t('redeemers.none')} detail={t('redeemers.noneDetail')} />;
  return <>{value.subscriptions.map((plan) => <Plan key={plan.id} me={me} plan={plan} manages={value.mayManage} />)}</>;
}

/** What is asked about before it is done. */
type Asked = { what: 'remove'; redeemer: Redeemer } | { what: 'rotate' } | { what: 'code'; code: string };

function Plan({ me, plan, manages }: { me: Me; plan: RedeemersOf; manages: boolean }) {
  const guarded = useGuarded();
  const [asked, setAsked] = useState<Asked>();
  const [done, setDone] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const close = () => setAsked(undefined);
  const perform = async (act: () => Promise<void>, action: string, words: string) => {
    close();
    setDone(undefined);
    await guarded.run(async () => {
      await act();
      outdate();
      announce(words);
      setDone(words);
      heading.current?.focus();
    }, action);
  };
  const showCode = () => guarded.run(async () => {
    const { code } = await ask('post', '/v1/redeemers/code', { json: { subscription: plan.id } });
    setAsked({ what: 'code', code });
  }, t('redeemers.show'));
  const rotate = () => {
    close();
    return guarded.run(async () => {
      const { code } = await ask('post', '/v1/redeemers/code/rotate', { json: { subscription: plan.id, generation: plan.code?.generation ?? 0 } });
      outdate();
      announce(t('redeemers.rotated'));
      setAsked({ what: 'code', code });
    }, t('redeemers.rotate'));
  };
  const name = `plan-${plan.id}`;
  return (
    <section class="card redeemer-plan" aria-labelledby={name}>
      <h2 id={name} ref={heading} tabIndex={-1}>{rich('redeemers.plan', { number: <Identifier>{plan.number}</Identifier> })}</h2>
      {guarded.failure && <Refused failure={guarded.failure} />}
      {done && <p class="notice notice-good">{done}</p>}
      <Code me={me} plan={plan} manages={manages} busy={guarded.busy} onShow={() => void showCode()} onRotate={() => setAsked({ what: 'rotate' })} />
      <People me={me} plan={plan} manages={manages} busy={guarded.busy} onRemove={(redeemer) => setAsked({ what: 'remove', redeemer })} />
      {manages && (
        <Authorise me={me} plan={plan} busy={guarded.busy}
          onAuthorise={(email, who) => void perform(() => send('/v1/redeemers', plan, email), t('redeemers.authorise'), t('redeemers.authorised', { name: who }))} />
      )}
      <Windows plan={plan} asked={asked} guarded={guarded} onClose={close} onRotate={rotate}
        onRemove={({ email, name: who }) => perform(() => send('/v1/redeemers/remove', plan, email), t('redeemers.remove'), t('redeemers.removed', { name: who || email }))} />
    </section>
  );
}

async function send(path: '/v1/redeemers' | '/v1/redeemers/remove', plan: RedeemersOf, email: string): Promise<void> {
  await ask('post', path, { json: { subscription: plan.id, email } });
}

function Windows({ plan, asked, guarded, onClose, onRotate, onRemove }: {
  plan: RedeemersOf; asked: Asked | undefined; guarded: Guarded; onClose: () => void; onRotate: () => Promise<void>; onRemove: (redeemer: Redeemer) => Promise<void>;
}) {
  return (
    <>
      {guarded.window}
      {asked?.what === 'remove' && <RemoveWindow plan={plan} redeemer={asked.redeemer} onConfirm={() => onRemove(asked.redeemer)} onClose={onClose} />}
      {asked?.what === 'rotate' && <RotateWindow plan={plan} onConfirm={onRotate} onClose={onClose} />}
      {asked?.what === 'code' && <CodeWindow plan={plan} code={asked.code} onClose={onClose} />}
    </>
  );
}

/** That there is a code, since when; and for primary contacts, what can be done with it. */
function Code({ me, plan, manages, busy, onShow, onRotate }: {
  me: Me; plan: RedeemersOf; manages: boolean; busy: boolean; onShow: () => void; onRotate: () => void;
}) {
  const { code } = plan;
  return (
    <div class="redeemer-code">
      <p class="quiet">
        {code ? rich('redeemers.codeMade', { at: instant(code.madeAt, me.account.timeZone), by: <bdi>{code.by}</bdi> }) : t('redeemers.noCode')}
      </p>
      {manages && code && (
        <p class="actions">
          <button type="button" class="button button-small" aria-disabled={busy} aria-label={`${t('redeemers.show')}: ${plan.number}`} onClick={onShow}>{t('redeemers.show')}</button>
          <button type="button" class="button button-small" aria-disabled={busy} aria-label={`${t('redeemers.rotate')}: ${plan.number}`} onClick={onRotate}>{t('redeemers.rotate')}</button>
        </p>
      )}
    </div>
  );
}

function People({ me, plan, manages, busy, onRemove }: {
  me: Me; plan: RedeemersOf; manages: boolean; busy: boolean; onRemove: (redeemer: Redeemer) => void;
}) {
  if (plan.redeemers.length === 0) return <p>{t('redeemers.nobody')}</p>;
  return (
    <ul class="linked redeemer-list">
      {plan.redeemers.map((person) => {
        const who = person.name || person.email;
        return (
          <li key={person.email}>
            <span class="linked-what">
              <span class="strong"><bdi>{who}</bdi></span> {!person.access && <span class="badge badge-late">{t('redeemers.noAccess')}</span>}
              {person.name && <span class="row-title"><bdi dir="ltr">{person.email}</bdi></span>}
              <span class="row-title">{rich('redeemers.since', { at: instant(person.at, me.account.timeZone), by: <bdi>{person.by}</bdi> })}</span>
            </span>
            {manages && (
              <button type="button" class="button button-small" aria-disabled={busy} aria-label={`${t('redeemers.remove')}: ${who}`} onClick={() => { if (!busy) onRemove(person); }}>{t('redeemers.remove')}</button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
