import type { ComponentChildren } from 'preact';
import type { Refusal } from '../api';
import { known, t, type Key } from '../words';
import { Icon } from './icons';
import { refusalWords, RequestId } from './states';

/** What a refusal on the way of a payment means; what has no words of its own is said as on other pages. */
export function refusedWords(failure: Refusal): { title: string; detail: string } {
  const own = `refused.${failure.slug}`;
  if (failure.slug && known(own)) return { title: t(own), detail: t(`${own}.do` as Key) };
  return refusalWords(failure);
}

/** A refusal, said at once to screen readers. */
export function Refused({ failure, children }: { failure: Refusal; children?: ComponentChildren }) {
  const { title, detail } = refusedWords(failure);
  return (
    <div class="notice notice-late" role="alert">
      <Icon name="alert" />
      <div class="notice-text">
        <p><strong>{title}.</strong> {detail}</p>
        {failure.status >= 500 && <RequestId failure={failure} />}
      </div>
      {children}
    </div>
  );
}
