import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { asRefusal, refusal, Refusal, send, type Problem } from '../api';
import { announce } from '../live';
import { sessionEnded } from '../session';
import { t } from '../words';
import { Icon } from './icons';
import { Menu } from './menu';
import { refusalWords } from './states';

/** A file of the API: where it is, and what it is called in the menu. */
export interface FileChoice {
  label: string;
  path: string;
  query?: Record<string, string | undefined>;
  /** Fetches a file that comes in parts; `progress` is told the rows so far. */
  gather?: (progress: (rows: number) => void) => Promise<Gathered>;
}

/** A file put together of its parts. */
export interface Gathered {
  name: string;
  blob: Blob;
}

const UNNAMED = 'document';

/** The name that the answer gives its file. */
export function nameOf(response: Response): string {
  const said = response.headers.get('content-disposition') ?? '';
  const coded = /filename\*=UTF-8''([^;]+)/i.exec(said)?.[1];
  try {
    return coded ? decodeURIComponent(coded) : /filename="([^"]+)"/.exec(said)?.[1] ?? UNNAMED;
  } catch {
    return UNNAMED;
  }
}

/** Fetches a file and hands it to the browser under its own name. Rejects with a Refusal. */
async function saveFile({ path, query, gather }: FileChoice, progress: (rows: number) => void): Promise<string> {
  if (gather) {
    const { name, blob } = await gather(progress);
    return keepFile(name, blob);
  }
  const response = await send('get', path, { query });
  if (!response.ok) {
    const problem = await response.json().catch(() => undefined) as Problem | undefined;
    throw problem?.status ? new Refusal(problem) : refusal(response.status);
  }
  return keepFile(nameOf(response), await response.blob());
}

function keepFile(name: string, blob: Blob): string {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
  return name;
}

/** Fetches one file at a time; what goes wrong is told, with the way to try again. */
export function useFiles(): { busy: FileChoice | undefined; rows: number; fetchFile: (file: FileChoice) => Promise<void>; fault: ComponentChildren } {
  const [busy, setBusy] = useState<FileChoice>();
  const [rows, setRows] = useState(0);
  const [failed, setFailed] = useState<{ failure: Refusal; file: FileChoice }>();
  const fetchFile = async (file: FileChoice) => {
    if (busy) return;
    setBusy(file);
    setRows(0);
    setFailed(undefined);
    try {
      announce(t('file.saved', { name: await saveFile(file, setRows) }));
    } catch (cause) {
      const failure = asRefusal(cause);
      if (failure.status === 401) return sessionEnded();
      setFailed({ failure, file });
    }
    setBusy(undefined);
  };
  const words = failed && refusalWords(failed.failure);
  const fault = failed && words && (
    <p class="fault" role="alert">{t('file.failed')} {words.title}. {words.detail} <button type="button" class="link" onClick={() => void fetchFile(failed.file)}>{t('problem.retry')}</button></p>
  );
  return { busy, rows, fetchFile, fault };
}

/** A menu of files. */
export default function Files({ label, files, soFar, small = false }: { label: string; files: FileChoice[]; soFar?: (rows: number) => string; small?: boolean }) {
  const { busy, rows, fetchFile, fault } = useFiles();
  return (
    <div class="files screen-only">
      <Menu class={small ? 'menu-end files-small' : 'menu-end'} label={label} face={<><Icon name="download" /><span role="status">{!busy ? label : rows > 0 && soFar ? soFar(rows) : t('file.fetching')}</span></>}>
        <ul>
          {files.map((file) => (
            <li key={file.label}>
              <button type="button" class="menu-item" aria-disabled={busy !== undefined} onClick={() => void fetchFile(file)}>{file.label}</button>
            </li>
          ))}
        </ul>
      </Menu>
      {fault}
    </div>
  );
}
