import type { Order } from '../api';
import { Word } from '../ui/agreements';
import { Identifier, Said } from '../ui/text';
import { day, instant, rich, t } from '../words';

type Happening = Order['timeline'][number];

/** What happened to the order, oldest first, then what is expected. */
export function Timeline({ order, today, zone }: { order: Order; today: string; zone: string }) {
  const coming = order.releaseOn && order.releaseOn >= today ? order.releaseOn : undefined;
  return (
    <section class="card" aria-labelledby="timeline">
      <h2 id="timeline">{t('order.timeline')}</h2>
      <ol class="history">
        {order.timeline.map((happening, index) => <Entry key={index} happening={happening} order={order} zone={zone} />)}
        {coming && (
          <li class="happening happening-coming">
            <p class="happening-what">{t('order.releaseExpected')}</p>
            <p class="quiet">{day(coming)} · {t('order.coming')}</p>
          </li>
        )}
      </ol>
    </section>
  );
}

function Entry({ happening, order, zone }: { happening: Happening; order: Order; zone: string }) {
  return (
    <li class={`happening happening-${toneOf(happening)}`}>
      <p class="happening-what">{titleOf(happening)}</p>
      <p class="quiet">
        {happening.at ? instant(happening.at, zone) : day(happening.on)}
        {!happening.at && happening.time && <> · <bdi dir="ltr">{happening.time.slice(0, 'hh:mm'.length)}</bdi></>}
        {happening.by && <> · {rich('order.by', { who: <bdi>{happening.by}</bdi> })}</>}
      </p>
      {happening.holdReason && <Said as="p">{happening.holdReason}</Said>}
      {happening.releaseOn && <p class="quiet">{t('order.release', { date: day(happening.releaseOn) })}</p>}
      {(happening.lines ?? []).map((change) => <Change key={change.id} change={change} order={order} />)}
      {(happening.notes ?? []).map((note) => <p key={note} dir="auto" class="note">{note}</p>)}
    </li>
  );
}

function toneOf({ kind, state }: Happening): string {
  if (kind === 'paid' || state === 'ACTIVE') return 'closed';
  return kind === 'order_cancellation' || state === 'CANCELLED' ? 'late' : 'said';
}

function titleOf({ kind, state, lines, code }: Happening) {
  if (kind === 'order_response' && code) return <Word as={`order.response.${code}`} value={code} />;
  if (kind === 'order_event' && state) return t(`orderState.${state}`);
  if (kind === 'order_event' && lines?.length) return t('order.happened.lines');
  return <Word as={`order.happened.${kind}`} value={kind} />;
}

/** What an entry says of one line, named as people know it. */
function Change({ change, order }: { change: NonNullable<Happening['lines']>[number]; order: Order }) {
  const line = order.lines.find(({ id }) => id === change.id);
  return (
    <div class="change">
      <p>{line?.name ? <Said>{line.name}</Said> : rich('order.lineNumber', { id: <Identifier>{change.id}</Identifier> })}{change.state && <>: {t(`orderState.${change.state}`)}</>}</p>
      {change.holdReason && <Said as="p" class="quiet">{change.holdReason}</Said>}
      {change.releaseOn && <p class="quiet">{t('order.release', { date: day(change.releaseOn) })}</p>}
      {change.promisedOn && <p class="quiet">{t('order.promised', { date: day(change.promisedOn) })}</p>}
      {!change.promisedOn && change.promisedBy && <p class="quiet">{t('order.promisedBy', { date: day(change.promisedBy) })}</p>}
    </div>
  );
}
