// Writes the four faces that papers are set in, and their licences, into files/, from where fonts.go embeds them.
// Noto Sans comes with a dozen scripts: the Latin, Greek and Cyrillic ones are kept. Hinting is for screens of
// long ago, and would go into every PDF. Noto Naskh Arabic is held at a release that draws each letter as one glyph:
// later ones put dots on skeletons that several letters share, and what is copied from a page loses its dots.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import subset from 'subset-font';

const here = path.dirname(fileURLToPath(import.meta.url));
const files = path.join(here, 'files');
const packages = path.join(here, 'node_modules', '@expo-google-fonts');

/** First and last code points of what is kept of Noto Sans. */
const KEPT = [
  [0x20, 0x7e], [0xa0, 0x24f], [0x2b0, 0x2ff], // Latin and what modifies it
  [0x300, 0x36f], [0x370, 0x3ff], [0x400, 0x52f], [0x1e00, 0x1eff], // accents, Greek, Cyrillic, Vietnamese
  [0x2000, 0x209f], [0x20a0, 0x20cf], [0x2100, 0x214f], // punctuation, currencies, signs
  [0x2190, 0x2193], [0x2212, 0x2215], [0xfffd, 0xfffd],
];
const FEATURES = ['ccmp', 'kern', 'locl', 'mark', 'mkmk'];
const text = KEPT.map(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)).join('')).join('');
const common = { targetFormat: 'truetype', noHinting: true };

const sans = (bytes) => subset(bytes, text, { ...common, keepFeatures: FEATURES });
const naskh = (bytes) => subset(bytes, undefined, { ...common, keepAllGlyphs: true });

const FACES = [
  ['sans-regular.ttf', 'noto-sans/400Regular/NotoSans_400Regular.ttf', sans],
  ['sans-bold.ttf', 'noto-sans/700Bold/NotoSans_700Bold.ttf', sans],
  ['naskh-regular.ttf', 'noto-naskh-arabic/NotoNaskhArabic_400Regular.ttf', naskh],
  ['naskh-bold.ttf', 'noto-naskh-arabic/NotoNaskhArabic_700Bold.ttf', naskh],
];
// That release comes without the text of its licence, which is that of Noto Sans but for its first line.
const LICENCE = 'noto-sans/LICENSE_FONT';
const NASKH_COPYRIGHT = 'Copyright 2022 The Noto Project Authors (https://github.com/notofonts/arabic)';

await mkdir(files, { recursive: true });
const made = await mkdtemp(path.join(here, 'node_modules', '.made-'));
try {
  for (const [name, source, cut] of FACES) {
    await writeFile(path.join(made, name), await cut(await readFile(path.join(packages, source))));
  }
  const licence = await readFile(path.join(packages, LICENCE), 'utf8');
  await writeFile(path.join(made, 'sans-OFL.txt'), licence);
  await writeFile(path.join(made, 'naskh-OFL.txt'), licence.replace(/^Copyright.*$/m, NASKH_COPYRIGHT));
  // All at the end: nobody embeds half of them.
  for (const name of await readdir(made)) await rename(path.join(made, name), path.join(files, name));
} finally {
  await rm(made, { recursive: true });
}
