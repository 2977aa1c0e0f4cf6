import { refusal, send } from '../api';
import { joinArchives, joinSheets } from '../archive';
import { currentLanguage } from '../preferences';
import Files, { nameOf, type FileChoice, type Gathered } from '../ui/files';
import { questionOf, type View } from '../view';
import { t } from '../words';

const FORMATS = ['csv', 'xlsx', 'zip', 'jsonl'] as const;
type Format = (typeof FORMATS)[number];

/** What spreadsheets know the encoding by; reading the first part as bytes keeps it. */
async function gather(format: Format, view: View, progress: (rows: number) => void): Promise<Gathered> {
  const parts: Uint8Array[] = [];
  let [cursor, rows, name, type]: [string | undefined, string | undefined, string, string] = [undefined, undefined, '', ''];
  do {
    const response: Response = await send('get', '/v1/invoices/export', {
      query: { ...questionOf(view), format, language: currentLanguage(), cursor, rows },
    });
    if (!response.ok) throw refusal(response.status);
    name ||= nameOf(response);
    type ||= response.headers.get('content-type') ?? '';
    parts.push(new Uint8Array(await response.arrayBuffer()));
    cursor = response.headers.get('x-next-cursor') ?? undefined;
    rows = response.headers.get('x-rows') ?? undefined;
    progress(Number(rows ?? 0));
  } while (cursor);
  switch (parts.length === 1 ? '' : format) {
    case 'xlsx': return { name, blob: await joinSheets(parts, type) };
    case 'zip': return { name, blob: joinArchives(parts, type) };
    default: return { name, blob: new Blob(parts as BlobPart[], { type }) };
  }
}

/** The list as it is looked at, as a file. Long lists come in parts, which are put together here. */
export default function InvoicesExport({ view }: { view: View }) {
  const files: FileChoice[] = FORMATS.map((format) => ({
    label: t(`export.${format}`), path: format, gather: (progress) => gather(format, view, progress),
  }));
  return <Files label={t('export.title')} files={files} soFar={(rows) => t('export.rows', { n: rows })} />;
}
