/** Archives that come in parts: what stands in each of them, and one archive made of it. */

interface Entry {
  name: Uint8Array;
  method: number;
  crc: number;
  packed: Uint8Array;
  size: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
/** The format counts its files in two bytes. */
export const MOST_FILES = 65_535;

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function entriesOf(archive: Uint8Array): Entry[] {
  const data = view(archive);
  const end = archive.length - END_BYTES;
  if (end < 0 || data.getUint32(end, true) !== END) throw new Error('no archive');
  const entries: Entry[] = [];
  for (let at = data.getUint32(end + 16, true), left = data.getUint16(end + 10, true); left > 0; left--) {
    const [nameBytes, extra, comment] = [data.getUint16(at + 28, true), data.getUint16(at + 30, true), data.getUint16(at + 32, true)];
    const local = data.getUint32(at + 42, true);
    const start = local + 30 + data.getUint16(local + 26, true) + data.getUint16(local + 28, true);
    entries.push({
      name: archive.slice(at + 46, at + 46 + nameBytes), method: data.getUint16(at + 10, true), crc: data.getUint32(at + 16, true),
      packed: archive.subarray(start, start + data.getUint32(at + 20, true)), size: data.getUint32(at + 24, true),
    });
    at += 46 + nameBytes + extra + comment;
  }
  return entries;
}

/** One archive of all entries. */
function archiveOf(entries: Entry[], type: string): Blob {
  const pieces: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  let centralBytes = 0;
  for (const { name, method, crc, packed, size } of entries) {
    const head = (bytes: number, mark: number, at: number) => {
      const header = new Uint8Array(bytes + name.length);
      const data = view(header);
      data.setUint32(0, mark, true);
      data.setUint16(at - 2, 20, true);
      data.setUint16(at, UTF8_NAMES, true);
      data.setUint16(at + 2, method, true);
      data.setUint16(at + 6, 0x21, true); // a day: the first that the format knows
      data.setUint32(at + 8, crc, true);
      data.setUint32(at + 12, packed.length, true);
      data.setUint32(at + 16, size, true);
      data.setUint16(at + 20, name.length, true);
      header.set(name, bytes);
      return header;
    };
    const local = head(30, LOCAL, 6);
    const listed = head(46, CENTRAL, 8);
    view(listed).setUint16(4, 20, true);
    view(listed).setUint32(42, offset, true);
    pieces.push(local, packed);
    central.push(listed);
    offset += local.length + packed.length;
    centralBytes += listed.length;
  }
  const end = new Uint8Array(END_BYTES);
  const data = view(end);
  data.setUint32(0, END, true);
  data.setUint16(8, entries.length, true);
  data.setUint16(10, entries.length, true);
  data.setUint32(12, centralBytes, true);
  data.setUint32(16, offset, true);
  return new Blob([...pieces, ...central, end] as BlobPart[], { type });
}

/** The files of all parts in one archive; what has the name of another gets a number. */
export function joinArchives(parts: Uint8Array[], type: string): Blob {
  const seen = new Map<string, number>();
  const [reader, writer] = [new TextDecoder(), new TextEncoder()];
  const entries = parts.flatMap(entriesOf).map((entry) => {
    const name = reader.decode(entry.name);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? entry : { ...entry, name: writer.encode(name.replace(/(\.[^.]*)?$/, `-${count}$1`)) };
  });
  return archiveOf(entries, type);
}

const SHEET = 'xl/worksheets/sheet1.xml';
const ROWS_END = '</sheetData>';

/** The rows of all parts in the workbook of the first: each begins with the head, and numbers its rows on. */
export async function joinSheets(parts: Uint8Array[], type: string): Promise<Blob> {
  const archives = parts.map(entriesOf);
  const [first] = archives;
  if (!first) throw new Error('no parts');
  const packer = new CompressionStream('deflate-raw');
  const packed = new Response(packer.readable).arrayBuffer();
  const writer = packer.writable.getWriter();
  const encoder = new TextEncoder();
  let [crc, size, tail] = [0xffffffff, 0, ''];
  const add = async (text: string) => {
    const bytes = encoder.encode(text);
    crc = crcOf(bytes, crc);
    size += bytes.length;
    await writer.write(bytes);
  };
  for (const [n, entries] of archives.entries()) {
    const xml = await textOf(sheetIn(entries));
    const end = xml.lastIndexOf(ROWS_END);
    if (n === 0) tail = xml.slice(end);
    await add(xml.slice(n === 0 ? 0 : xml.indexOf('</row>') + '</row>'.length, end));
  }
  await add(tail);
  await writer.close();
  const whole = { ...sheetIn(first), method: DEFLATED, crc: (crc ^ 0xffffffff) >>> 0, size, packed: new Uint8Array(await packed) };
  return archiveOf(first.map((entry) => (entry === sheetIn(first) ? whole : entry)), type);
}

function sheetIn(entries: Entry[]): Entry {
  const sheet = entries.find((entry) => new TextDecoder().decode(entry.name) === SHEET);
  if (!sheet) throw new Error('no sheet');
  return sheet;
}

async function textOf({ method, packed }: Entry): Promise<string> {
  const bytes = new Blob([packed as BlobPart]).stream();
  return new Response(method === DEFLATED ? bytes.pipeThrough(new DecompressionStream('deflate-raw')) : bytes).text();
}

let table: Uint32Array | undefined;

function crcOf(bytes: Uint8Array, crc: number): number {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff]!;
  return crc;
}
