import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, asRefusal, refusal, type Refusal, type Review, type ReviewPage } from '../api';
import { lazy } from '../lazy';
import { announce } from '../live';
import { keep, outdate, useResource } from '../resource';
import { sessionEnded, useMe } from '../session';
import letters from '../styles/letters.css?sheet';
import { useGuarded } from '../ui/guarded';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Refused } from '../ui/refused';
import { Blank, Section, SectionFailure } from '../ui/states';
import { Identifier } from '../ui/text';
import { instant, rich, t } from '../words';
import { AccountAccess } from './reviews-account';
import { ReviewParts } from './reviews-parts';
import { Decide } from './reviews-decide';

const PersonalData = lazy(() => import('./person'), { words: ['erasing'] });

type Verdict = 'accept' | 'refuse';

const LETTERS = { words: ['letters' as const], sheets: [letters] };
const Disputes = lazy(() => import('./disputes'), LETTERS);
const Dunning = lazy(() => import('./dunning'), LETTERS);
const NOT_FOUND = refusal(404);

/** What waits for an operator: people, disputes, and beside them when accounts are reminded. */
export default function Reviews({ at }: { at?: string }) {
  switch (at) {
    case undefined: return <People />;
    case 'disputes': return <Disputes />;
    case 'reminders': return <Dunning />;
    default: return <FullProblem failure={NOT_FOUND} />;
  }
}

/** People named on papers who are let in by nobody but an operator. */
function People() {
  const me = useMe();
  const list = useResource('reviews', (signal) => ask('get', '/v1/operator/reviews', { signal }));
  if (list.failure?.status === 403) return <FullProblem failure={list.failure} />;
  return (
    <div class="reviews">
      <header class="page-head"><div><PageTitle title={t('reviews.title')} /><p class="lead">{t('reviews.lead')}</p></div></header>
      <ReviewParts at="people" />
      <Section resource={list}>{(page) => <List first={page} zone={me.account.timeZone} />}</Section>
      <AccountAccess />
      <PersonalData />
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
      {asked && (
        <Decide title={t(`reviews.${asked.verdict}Title`)} action={t(`reviews.${asked.verdict}`)} onDecide={(reason) => void decide(asked.verdict, asked.review, reason)} onClose={() => setAsked(undefined)}>
          <p>{rich(`reviews.${asked.verdict}Detail`, { email: <bdi dir="ltr" class="strong">{asked.review.email}</bdi>, account: <bdi>{asked.review.accountName}</bdi> })}</p>
        </Decide>
      )}
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
          <button key={verdict} type="button" class="button" aria-disabled={busy} aria-label={`${t(`reviews.${verdict}`)}: ${name || email}`} onClick={() => { if (!busy) onAsk(verdict); }}>{t(`reviews.${verdict}`)}</button>
        ))}
      </div>
    </li>
  );
}
