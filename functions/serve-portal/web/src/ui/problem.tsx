import type { Refusal } from '../api';
import { t } from '../words';
import { PageTitle } from './page';
import { refusalWords, RequestId, Skeleton } from './states';
import { CopyButton } from './text';
import { Icon } from './icons';

/** A whole page that says what went wrong, what to do, and whom to ask. */
export function FullProblem({ failure, retry }: { failure: Refusal; retry?: () => void }) {
  const { title, detail } = refusalWords(failure);
  // On the page opened first the words of refusals are still on their way; they draw it anew.
  if (!title) return <Skeleton lines={4} tall />;
  const ask = failure.problem.askContacts ?? [];
  const again = failure.status === 0 || failure.status === 429 || failure.status >= 500;
  return (
    <div class="problem">
      <span class={failure.status === 404 ? 'blank-icon' : 'blank-icon blank-icon-late'}>
        <Icon name={failure.status === 404 ? 'search' : 'alert'} />
      </span>
      <PageTitle title={title} />
      <p class="lead">{detail}</p>
      {ask.length > 0 && (
        <section>
          <p>{t('problem.ask')}</p>
          <ul class="people">
            {ask.map((person) => (
              <li key={person.email}>
                <bdi class="strong">{person.name}</bdi>
                <a href={`mailto:${person.email}`}><bdi dir="ltr">{person.email}</bdi></a>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div class="actions">
        {retry && again && <button type="button" class="button button-main" onClick={retry}>{t('problem.retry')}</button>}
        <a class="button" href="/">{t('problem.home')}</a>
      </div>
      {failure.requestId && (
        <div class="request-line">
          <RequestId failure={failure} />
          <CopyButton text={failure.requestId} what={t('problem.requestId')} />
        </div>
      )}
    </div>
  );
}
