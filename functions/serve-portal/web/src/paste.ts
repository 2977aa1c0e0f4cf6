/** A list of addresses as people paste it, taken apart as the API does: one a line, or with commas or semicolons between. */
export interface Pasted {
  list: { email: string; name: string }[];
  /** What is no address, with the line it stands in, counted from one. */
  bad: { line: number; piece: string }[];
}

const ADDRESS = /^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+\.[^\s@<>"(),:;\\[\]]+$/u;

export function readPasted(text: string): Pasted {
  const read: Pasted = { list: [], bad: [] };
  const seen = new Set<string>();
  text.split(/\r?\n|\r/).forEach((line, index) => {
    for (const raw of line.split(/[,;،؛\t]/)) {
      const piece = raw.trim();
      if (piece === '') continue;
      const [, name = '', inner] = /^([^<]*)<\s*([^>]*?)\s*>?$/.exec(piece) ?? [];
      const email = inner ?? piece;
      if (!ADDRESS.test(email)) read.bad.push({ line: index + 1, piece });
      else if (!seen.has(email.toLowerCase())) {
        seen.add(email.toLowerCase());
        read.list.push({ email, name: name.trim().replace(/^["']|["']$/g, '') });
      }
    }
  });
  return read;
}
