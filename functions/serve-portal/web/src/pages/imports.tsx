import { useState } from 'preact/hooks';
import { ask, asRefusal, type ImportReport, type Refusal } from '../api';
import { NEARING } from '../beside-others';
import { lazy } from '../lazy';
import { outdate, useResource } from '../resource';
import { sessionEnded, useMe } from '../session';
import { Icon } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Counts, Report } from '../ui/report';
import { Blank, Section, SectionFailure } from '../ui/states';
import { instant, number, t } from '../words';

const LARGEST_BYTES = 4 * 1024 * 1024;
const BYTES_PER_MB = 1024 * 1024;

const NearDuplicates = lazy(() => import('./near-duplicates'), NEARING, 1);

export default function Imports() {
  const me = useMe();
  const list = useResource('imports', (signal) => ask('get', '/v1/imports', { signal }));
  if (list.failure?.status === 403) return <FullProblem failure={list.failure} />;
  return (
    <>
      <header class="page-head">
        <div><PageTitle title={t('imports.title')} /><p class="lead">{t('imports.lead')}</p></div>
      </header>
      <Sender onDone={outdate} />
      <NearDuplicates />
      <section aria-labelledby="list">
        <h2 id="list">{t('imports.list')}</h2>
        <Section resource={list}>
          {(page) => (page.items.length === 0
            ? <Blank icon="upload" title={t('imports.none')} detail={t('imports.noneDetail')} />
            : <List reports={page.items} zone={me.account.timeZone} />)}
        </Section>
      </section>
    </>
  );
}

function List({ reports, zone }: { reports: ImportReport[]; zone: string }) {
  return (
    <ul class="imports">
      {reports.map((report) => (
        <li key={report.id} class="card import">
          <div class="import-what">
            <a id={`import-${report.id}`} class="row-link" href={`/imports/${report.id}`}>{instant(report.at, zone)}</a>
            {report.dry_run && <span class="badge badge-quiet">{t('imports.dry')}</span>}
            <p class="quiet clip"><bdi>{filesOf(report)}</bdi></p>
            <p class="quiet"><bdi dir="ltr">{report.by}</bdi></p>
          </div>
          <Counts counts={report.counts} />
        </li>
      ))}
    </ul>
  );
}

function filesOf({ files }: ImportReport): string {
  const [first] = files;
  if (!first) return '';
  return files.length === 1 ? first.name : t('imports.filesMore', { name: first.name, n: files.length - 1 });
}

type Outcome = { report: ImportReport } | { failure: Refusal } | { tooLarge: true };

/** Files in, report out. A dry run is the default: looking costs nothing, writing is meant. */
function Sender({ onDone }: { onDone: () => void }) {
  const [files, setFiles] = useState<File[]>([]);
  const [mapping, setMapping] = useState<File | null>(null);
  const [dry, setDry] = useState(true);
  const [busy, setBusy] = useState(false);
  const [read, setRead] = useState(0);
  const [over, setOver] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  const take = (list: FileList | null | undefined) => {
    setFiles([...(list ?? [])]);
    setOutcome(null);
  };
  const send = async () => {
    if (busy || files.length === 0) return;
    if (files.reduce((sum, file) => sum + file.size, 0) > LARGEST_BYTES) return setOutcome({ tooLarge: true });
    setBusy(true);
    setRead(0);
    try {
      setOutcome({ report: await importFiles(files, mapping, dry, setRead) });
      onDone();
    } catch (cause) {
      const failure = asRefusal(cause);
      if (failure.status === 401) sessionEnded();
      else setOutcome({ failure });
    }
    setBusy(false);
  };
  return (
    <section class="card sender" aria-label={t('imports.pick')}>
      <div class={over ? 'drop drop-over' : 'drop'}
        onDragOver={(event) => { event.preventDefault(); setOver(true); }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer?.files); }}>
        <span class="blank-icon"><Icon name="upload" /></span>
        <p><strong>{files.length > 0 ? t('imports.picked', { n: files.length }) : t('imports.drop')}</strong></p>
        {files.length > 0 && <p class="quiet clip"><bdi>{files.map((file) => file.name).join(', ')}</bdi></p>}
        <label class="button file-button">
          {t('imports.pick')}
          <input type="file" multiple onChange={(event) => take(event.currentTarget.files)} />
        </label>
      </div>
      <div class="sender-options">
        <label class="field">
          <span>{t('imports.mapping')}</span>
          <input class="input input-file" type="file" accept=".json,application/json" onChange={(event) => setMapping(event.currentTarget.files?.[0] ?? null)} />
        </label>
        <label class="check">
          <input type="checkbox" checked={dry} onChange={(event) => setDry(event.currentTarget.checked)} />
          <span>{t('imports.dryRun')}</span>
        </label>
        <button type="button" class="button button-main" disabled={files.length === 0} aria-disabled={busy} onClick={() => void send()}>
          {busy ? t('imports.sending') : dry ? t('imports.check') : t('imports.send')}
        </button>
      </div>
      <div role="status">
        {busy && read > 0 && <p class="notice">{t('imports.progress', { n: read })}</p>}
        {outcome && 'tooLarge' in outcome && <p class="notice notice-late">{t('imports.tooLarge', { size: number(LARGEST_BYTES / BYTES_PER_MB) })}</p>}
        {outcome && 'report' in outcome && <Report report={outcome.report} />}
      </div>
      {outcome && 'failure' in outcome && <SectionFailure failure={outcome.failure} retry={() => void send()} />}
    </section>
  );
}

/** Posts the files, and again where one post did not have the time for all: each goes on where the one before stopped. */
async function importFiles(files: File[], mapping: File | null, dry: boolean, progress: (done: number) => void): Promise<ImportReport> {
  const form = new FormData();
  for (const file of files) form.append('file', file, file.name);
  if (mapping) form.append('mapping', mapping, mapping.name);
  let report = await ask('post', '/v1/imports', { form, query: { dry_run: dry } });
  const inOne = report.resume_at === undefined;
  while (report.resume_at !== undefined) {
    progress(report.resume_at);
    const next = await ask('post', '/v1/imports', { form, query: { dry_run: dry, import_id: report.id, resume_at: report.resume_at } });
    report = dry ? joined(report, next) : next;
  }
  return dry || inOne ? report : ask('get', '/v1/imports/{id}', { params: { id: report.id } });
}

/** A dry run is kept nowhere: its reports are put together here. Sums are those of each post. */
function joined(before: ImportReport, next: ImportReport): ImportReport {
  const counts = { ...next.counts };
  for (const name of Object.keys(counts) as (keyof typeof counts)[]) counts[name] += before.counts[name];
  return { ...next, counts, sums: [], rows: [...before.rows ?? [], ...next.rows ?? []], rows_truncated: before.rows_truncated || next.rows_truncated };
}
