import type { ComponentChildren } from 'preact';
import type { Refusal } from '../api';
import type { Resource } from '../resource';
import { t, type Key } from '../words';
import { Icon, type IconName } from './icons';
import { Identifier } from './text';

/** Grey bars in the shape of what is to come; the style sheet shows them only after 300 ms. */
export function Skeleton({ lines = 4, tall = false }: { lines?: number; tall?: boolean }) {
  return (
    <div class="skeleton" aria-busy="true">
      <span class="hidden">{t('app.loading')}</span>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} class={`skeleton-line skeleton-${index % 3}${tall ? ' skeleton-tall' : ''}`} />
      ))}
    </div>
  );
}

/** What a refusal is called and what to do about it, in the reader's language. */
export function refusalWords(failure: Refusal): { title: string; detail: string } {
  const { status, problem } = failure;
  if (status === 429 && problem.retryAfterSeconds) {
    return { title: t('problem.429'), detail: t('problem.429Wait', { n: problem.retryAfterSeconds }) };
  }
  const family = familyOf(status);
  return { title: t(`problem.${family}`), detail: t(`problem.${family}Detail` as Key) };
}

function familyOf(status: number) {
  switch (status) {
    case 0: return 'offline';
    case 403: return '403';
    case 404: return '404';
    case 409: return '409';
    case 413: return '413';
    case 429: return '429';
    default: return status >= 500 ? '500' : '400';
  }
}

export function RequestId({ failure }: { failure: Refusal }) {
  const { requestId } = failure;
  if (!requestId) return null;
  return <p class="request-id">{t('problem.requestId')} <Identifier>{requestId}</Identifier></p>;
}

/** A part of a page that failed, with the way to try again; the rest of the page goes on. */
export function SectionFailure({ failure, retry }: { failure: Refusal; retry: () => void }) {
  const { title, detail } = refusalWords(failure);
  return (
    <div class="notice notice-late" role="alert">
      <Icon name="alert" />
      <div class="notice-text">
        <p><strong>{t('problem.section')}.</strong> {title}. {detail}</p>
        <RequestId failure={failure} />
      </div>
      <button type="button" class="button" onClick={retry}>{t('problem.retry')}</button>
    </div>
  );
}

/** The three states of a part of a page: to come, failed, there. */
export function Section<T>({ resource, skeleton, children }: {
  resource: Resource<T>; skeleton?: ComponentChildren; children: (value: T) => ComponentChildren;
}) {
  if (resource.value !== undefined) return <>{children(resource.value)}</>;
  if (resource.failure) return <SectionFailure failure={resource.failure} retry={resource.reload} />;
  return <>{skeleton ?? <Skeleton />}</>;
}

/** Nothing to show, and why. */
export function Blank({ icon, title, detail, children }: {
  icon: IconName; title: string; detail?: string; children?: ComponentChildren;
}) {
  return (
    <div class="blank">
      <span class="blank-icon"><Icon name={icon} /></span>
      <p class="blank-title">{title}</p>
      {detail && <p class="quiet">{detail}</p>}
      {children}
    </div>
  );
}

