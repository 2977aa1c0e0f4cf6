import { t } from '../words';

const PARTS = { people: '/reviews', disputes: '/reviews/disputes', reminders: '/reviews/reminders' };

/** The ways between what waits for an operator. */
export function ReviewParts({ at }: { at: keyof typeof PARTS }) {
  return (
    <nav class="review-parts" aria-label={t('reviews.parts')}>
      {(Object.keys(PARTS) as (keyof typeof PARTS)[]).map((part) => (
        <a key={part} class="button button-small" href={PARTS[part]} aria-current={part === at ? 'page' : undefined}>{t(`reviews.part.${part}`)}</a>
      ))}
    </nav>
  );
}
