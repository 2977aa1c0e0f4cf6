import { useRef, useState } from 'preact/hooks';
import { ask, type DisputePage, type WaitingDispute } from '../api';
import { announce } from '../live';
import { outdate, useResource } from '../resource';
import { useMe } from '../session';
import { DisputeFacts } from '../ui/dispute';
import { Dialog } from '../ui/dialog';
import { useGuarded } from '../ui/guarded';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Refused } from '../ui/refused';
import { Blank, Section } from '../ui/states';
import { Identifier } from '../ui/text';
import { rich, t } from '../words';
import { ReviewParts } from './reviews-parts';

const VERDICTS = ['UNDER_REVIEW', 'ACCEPTED', 'REJECTED'] as const;
type Verdict = typeof VERDICTS[number];

/** What customers dispute and nobody has decided, the oldest first, for operators. */
export default function Disputes() {
  const me = useMe();
  const list = useResource('disputes', (signal) => ask('get', '/v1/operator/disputes', { signal }));
  if (list.failure?.status === 403) return <FullProblem failure={list.failure} />;
  return (
    <div class="reviews">
      <header class="page-head"><div><PageTitle title={t('disputes.title')} /><p class="lead">{t('disputes.lead')}</p></div></header>
      <ReviewParts at="disputes" />
      <Section resource={list}>{(page) => <List page={page} zone={me.account.timeZone} />}</Section>
    </div>
  );
}

function List({ page, zone }: { page: DisputePage; zone: string }) {
  const guarded = useGuarded();
  const [asked, setAsked] = useState<{ verdict: Verdict; of: WaitingDispute }>();
  const [done, setDone] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const answer = async (text: string) => {
    const { verdict, of } = asked!;
    setAsked(undefined);
    setDone(undefined);
    await guarded.run(async () => {
      await ask('post', '/v1/operator/disputes/answer', { json: { account: of.account, invoice: of.invoice, dispute: of.dispute.id, state: verdict, text } });
      const words = t('disputes.answered', { number: of.number });
      outdate();
      setDone(words);
      announce(words);
      heading.current?.focus();
    }, t(`disputes.${verdict}`));
  };
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting" class="hidden" ref={heading} tabIndex={-1}>{t('disputes.waiting')}</h2>
      {guarded.window}
      {guarded.failure && <Refused failure={guarded.failure} />}
      {done && <p class="notice notice-good">{done}</p>}
      {page.items.length === 0
        ? <Blank icon="check" title={t('disputes.none')} detail={t('disputes.noneDetail')} />
        : <ul class="review-list">{page.items.map((one) => <One key={one.dispute.id} of={one} zone={zone} busy={guarded.busy} onAsk={(verdict) => setAsked({ verdict, of: one })} />)}</ul>}
      {page.more && <p class="quiet">{t('disputes.more')}</p>}
      {asked && <Answer verdict={asked.verdict} of={asked.of} onAnswer={(text) => void answer(text)} onClose={() => setAsked(undefined)} />}
    </section>
  );
}

function One({ of: { number, accountName, dispute }, zone, busy, onAsk }: { of: WaitingDispute; zone: string; busy: boolean; onAsk: (verdict: Verdict) => void }) {
  return (
    <li class="card dispute-card">
      <p class="strong"><Identifier>{number}</Identifier> · <bdi>{accountName}</bdi></p>
      <DisputeFacts dispute={dispute} zone={zone} line={dispute.line} />
      <div class="actions">
        {VERDICTS.filter((verdict) => verdict !== dispute.state).map((verdict) => (
          <button key={verdict} type="button" class="button" aria-disabled={busy} aria-label={`${t(`disputes.${verdict}`)}: ${number}`}
            onClick={() => { if (!busy) onAsk(verdict); }}>{t(`disputes.${verdict}`)}</button>
        ))}
      </div>
    </li>
  );
}

const LONGEST_ANSWER = 2000;

/** An answer goes to who opened the dispute, in the operator's words. */
function Answer({ verdict, of, onAnswer, onClose }: { verdict: Verdict; of: WaitingDispute; onAnswer: (text: string) => void; onClose: () => void }) {
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.trim() === '') setMissing(true);
    else onAnswer(text.trim());
  };
  return (
    <Dialog title={t(`disputes.title.${verdict}`)} onClose={onClose}>
      <form class="act-form" onSubmit={submit} noValidate>
        <p>{rich(`disputes.detail.${verdict}`, { by: <bdi>{of.dispute.by}</bdi>, number: <Identifier>{of.number}</Identifier> })}</p>
        <label class="field">
          <span>{t('disputes.text')}</span>
          <textarea class="input" rows={4} dir="auto" required maxLength={LONGEST_ANSWER} value={text} aria-invalid={missing ? 'true' : undefined} aria-describedby="answer-hint"
            onInput={(event) => { setText(event.currentTarget.value); setMissing(false); }} />
        </label>
        <p id="answer-hint" class={missing ? 'fault' : 'hint'} role={missing ? 'alert' : undefined}>{t(missing ? 'disputes.textMissing' : 'disputes.textHint')}</p>
        <div class="actions">
          <button type="submit" class="button button-main">{t(`disputes.${verdict}`)}</button>
          <button type="button" class="button" onClick={onClose}>{t('act.back')}</button>
        </div>
      </form>
    </Dialog>
  );
}
