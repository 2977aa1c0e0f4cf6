import { ask } from '../api';
import { useResource } from '../resource';
import { useMe } from '../session';
import { Icon } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Report } from '../ui/report';
import { Skeleton } from '../ui/states';
import { instant, t } from '../words';

export default function ImportPage({ id }: { id: string }) {
  const me = useMe();
  const report = useResource(`import ${id}`, (signal) => ask('get', '/v1/imports/{id}', { params: { id }, signal }));
  if (report.failure) return <FullProblem failure={report.failure} retry={report.reload} />;
  const { value } = report;
  return (
    <>
      <div class="trail screen-only"><a class="onward" href="/imports"><Icon name="chevron" turns />{t('import.back')}</a></div>
      {value ? (
        <>
          <header class="page-head">
            <div>
              <PageTitle title={t('import.title', { date: instant(value.at, me.account.timeZone) })} />
              <p class="lead"><bdi dir="ltr">{value.by}</bdi></p>
            </div>
          </header>
          <section class="card" aria-label={t('import.rows')}><Report report={value} /></section>
        </>
      ) : <Skeleton lines={8} tall />}
    </>
  );
}
