import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, asRefusal, type Refusal, type Review, type ReviewPage } from '../api';
import { announce } from '../live';
import { keep, outdate, useResource } from '../resource';
import { sessionEnded, useMe } from '../session';
import { Dialog } from '../ui/dialog';
import { useGuarded } from '../ui/guarded';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Refused } from '../ui/refused';
import { Blank, Section, SectionFailure } from '../ui/states';
import { Identifier } from '../ui/text';
import { instant, rich, t } from '../words';

const LONGEST_REASON = 300;

type Verdict = 'accept' | 'refuse';

/** People named on papers who are let in by nobody but an operator. */
export default function Reviews() {
  const me = useMe();
  const list = useResource('reviews', (signal) => ask('get', '/v1/operator/reviews', { signal }));
  if (list.failure?.status === 403) return <FullProblem failure={list.failure} />;
  return (
    <div class="reviews">
      <header class="page-head"><div><PageTitle title={t('reviews.title')} /><p class="lead">{t('reviews.lead')}</p></div></header>
      <Section resource={list}>{(page) => <List first={page} zone={me.account.timeZone} />}</Section>
    </div>
  );
}

function List({ first, zone }: { first: ReviewPage; zone: string }) {
  const guarded = useGuarded();
  const [page, setPage] = useState(first);
  useEffect(() => setPage(first), [first]);
  const [more, setMore] = useState<Refusal>();
  const [asked, setAsked] = useState<{ verdict: Verdict; review: Review }>();
  const [done, setDone] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const decide = async (verdict: Verdict, { account, contact, email }: Review, reason: string) => {
    setAsked(undefined);
    setDone(undefined);
    await guarded.run(async () => {
      await ask('post', verdict === 'accept' ? '/v1/operator/reviews/accept' : '/v1/operator/reviews/refuse', { json: { account, contact, reason } });
      const words = t(`reviews.${verdict}Done`, { email });
      outdate();
      setDone(words);
      announce(words);
      heading.current?.focus();
    }, t(`reviews.${verdict}`));
  };
  const loadMore = async () => {
    try {
      const next = await ask('get', '/v1/operator/reviews', { query: { cursor: page.next } });
      const whole = { ...next, items: [...page.items, ...next.items] };
      keep('reviews', whole);
      setPage(whole);
      setMore(undefined);
    } catch (cause) {
      const refusal = asRefusal(cause);
      if (refusal.status === 401) sessionEnded();
      else setMore(refusal);
    }
  };
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting" class="hidden" ref={heading} tabIndex={-1}>{t('reviews.waiting')}</h2>
      {guarded.window}
      {guarded.failure && <Refused failure={guarded.failure} />}
      {done && <p class="notice notice-good">{done}</p>}
      {page.items.length === 0 && !page.next
        ? <Blank icon="user" title={t('reviews.none')} detail={t('reviews.noneDetail')} />
        : <ul class="review-list">{page.items.map((review) => <One key={`${review.account} ${review.contact}`} review={review} zone={zone} busy={guarded.busy} onAsk={(verdict) => setAsked({ verdict, review })} />)}</ul>}
      {page.next && <p class="more"><button type="button" class="button" onClick={() => void loadMore()}>{t('reviews.more')}</button></p>}
      {more && <SectionFailure failure={more} retry={() => void loadMore()} />}
      {asked && <Decide {...asked} onDecide={(reason) => void decide(asked.verdict, asked.review, reason)} onClose={() => setAsked(undefined)} />}
    </section>
  );
}

function One({ review, zone, busy, onAsk }: { review: Review; zone: string; busy: boolean; onAsk: (verdict: Verdict) => void }) {
  const { email, name, accountName, type, reason, number, ordersOnly, at } = review;
  return (
    <li class="card review">
      <div class="review-what">
        <p class="strong"><bdi>{name || email}</bdi></p>
        {name && <p class="quiet"><bdi dir="ltr" class="wraps">{email}</bdi></p>}
        <p><bdi>{accountName}</bdi> · {t(`contact.${type}`)}{ordersOnly && ` (${t('reviews.ordersOnly')})`}</p>
        <p class="late">{t(`reviews.${reason}`)}</p>
        <p class="quiet">{number && <>{rich('reviews.order', { number: <Identifier>{number}</Identifier> })} · </>}{instant(at, zone)}</p>
      </div>
      <div class="actions">
        {(['accept', 'refuse'] as const).map((verdict) => (
          <button key={verdict} type="button" class="button" aria-disabled={busy} aria-label={`${t(`reviews.${verdict}`)}: ${name || email}`} onClick={() => onAsk(verdict)}>{t(`reviews.${verdict}`)}</button>
        ))}
      </div>
    </li>
  );
}

/** A decision is taken with its reason, which the account's log keeps. */
function Decide({ verdict, review, onDecide, onClose }: { verdict: Verdict; review: Review; onDecide: (reason: string) => void; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    if (reason.trim() === '') setMissing(true);
    else onDecide(reason.trim());
  };
  return (
    <Dialog title={t(`reviews.${verdict}Title`)} onClose={onClose}>
      <form class="act-form" onSubmit={submit} noValidate>
        <p>{rich(`reviews.${verdict}Detail`, { email: <bdi dir="ltr" class="strong">{review.email}</bdi>, account: <bdi>{review.accountName}</bdi> })}</p>
        <label class="field">
          <span>{t('reviews.reason')}</span>
          <textarea class="input" rows={3} dir="auto" maxLength={LONGEST_REASON} value={reason} aria-invalid={missing ? 'true' : undefined} aria-describedby="reason-hint"
            onInput={(event) => { setReason(event.currentTarget.value); setMissing(false); }} />
        </label>
        <p id="reason-hint" class={missing ? 'fault' : 'hint'} role={missing ? 'alert' : undefined}>{t(missing ? 'reviews.reasonMissing' : 'reviews.reasonHint')}</p>
        <div class="actions">
          <button type="submit" class="button button-main">{t(`reviews.${verdict}`)}</button>
          <button type="button" class="button" onClick={onClose}>{t('act.back')}</button>
        </div>
      </form>
    </Dialog>
  );
}
