import type { Dispute } from '../api';
import { instant, rich, t } from '../words';
import { Money, Said } from './text';

const TONES: Record<Dispute['state'], string> = { PENDING: 'open', UNDER_REVIEW: 'submitted', ACCEPTED: 'closed', REJECTED: 'late', WITHDRAWN: 'quiet' };

/** Whether nobody has decided it. */
export function isOpen({ state }: Dispute): boolean {
  return state === 'PENDING' || state === 'UNDER_REVIEW';
}

/** Where a dispute stands, what it says, and the answer. */
export function DisputeFacts({ dispute, zone, line }: { dispute: Dispute; zone: string; line?: string | undefined }) {
  const { state, reason, text, amount, by, at, answer, answeredAt } = dispute;
  return (
    <div class="dispute">
      <p class="dispute-head">
        <span class={`badge badge-${TONES[state]}`}>{t(`dispute.state.${state}`)}</span>
        <span class="strong"><Money value={amount} /></span>
      </p>
      <p>{t(`dispute.reason.${reason}`)}{line !== undefined && <> · <bdi>{line}</bdi></>}</p>
      <Said as="p" class="said">{text}</Said>
      <p class="quiet">{rich('dispute.by', { by: <bdi>{by}</bdi>, at: instant(at, zone) })}</p>
      {answer && (
        <>
          <p class="dispute-answer">{answeredAt ? t('dispute.answeredAt', { at: instant(answeredAt, zone) }) : t('dispute.answer')}</p>
          <Said as="p" class="said">{answer}</Said>
        </>
      )}
    </div>
  );
}
