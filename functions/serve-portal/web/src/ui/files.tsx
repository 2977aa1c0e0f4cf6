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
}

const UNNAMED = 'document';

/** The name that the answer gives its file. */
function nameOf(response: Response): string {
  const said = response.headers.get('content-disposition') ?? '';
  const coded = /filename\*=UTF-8''([^;]+)/i.exec(said)?.[1];
  try {
    return coded ? decodeURIComponent(coded) : /filename="([^"]+)"/.exec(said)?.[1] ?? UNNAMED;
  } catch {
    return UNNAMED;
  }
}

/** Fetches a file and hands it to the browser under its own name. Rejects with a Refusal. */
async function saveFile({ path, query }: FileChoice): Promise<string> {
  const response = await send('get', path, { query });
  if (!response.ok) {
    const problem = await response.json().catch(() => undefined) as Problem | undefined;
    throw problem?.status ? new Refusal(problem) : refusal(response.status);
  }
  const name = nameOf(response);
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(await response.blob()), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
  return name;
}

/** Fetches one file at a time; what goes wrong is told, with the way to try again. */
export function useFiles(): { busy: FileChoice | undefined; fetchFile: (file: FileChoice) => Promise<void>; fault: ComponentChildren } {
  const [busy, setBusy] = useState<FileChoice>();
  const [failed, setFailed] = useState<{ failure: Refusal; file: FileChoice }>();
  const fetchFile = async (file: FileChoice) => {
    if (busy) return;
    setBusy(file);
    setFailed(undefined);
    try {
      announce(t('file.saved', { name: await saveFile(file) }));
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
  return { busy, fetchFile, fault };
}

/** A menu of files. */
export default function Files({ label, files, small = false }: { label: string; files: FileChoice[]; small?: boolean }) {
  const { busy, fetchFile, fault } = useFiles();
  return (
    <div class="files screen-only">
      <Menu class={small ? 'menu-end files-small' : 'menu-end'} label={label} face={<><Icon name="download" /><span>{busy ? t('file.fetching') : label}</span></>}>
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
