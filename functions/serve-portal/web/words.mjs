// Cuts the catalogues of i18n/ into the words every page needs and those of single pages, so that a
// first visit loads little. Run alone it only writes them, for the type checker.
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const PLURAL_FORMS = { en: ['one', 'other'], ar: ['zero', 'one', 'two', 'few', 'many', 'other'] };
const CORE = 'core';

const json = async (file) => JSON.parse(await readFile(path.join(here, file), 'utf8'));

/** Writes .generated/words/<language>.<area>.json; fails where the catalogues or their use are at odds. */
export async function cutWords() {
  const [en, ar, areas] = await Promise.all(['i18n/en.json', 'i18n/ar.json', 'i18n/areas.json'].map(json));
  const faults = [...compare({ en, ar }), ...await misused(en, areas)];
  if (faults.length > 0) throw new Error(`words:\n${faults.join('\n')}`);
  const folder = path.join(here, '.generated', 'words');
  await mkdir(folder, { recursive: true });
  for (const [language, catalogue] of Object.entries({ en, ar })) {
    for (const area of [CORE, ...Object.keys(areas)]) {
      const words = Object.fromEntries(Object.entries(catalogue).filter(([key]) => areaOf(key, areas) === area));
      await replace(path.join(folder, `${language}.${area}.json`), JSON.stringify(words));
    }
  }
}

/** Writes a file at once, so that another build never reads half of it. */
async function replace(file, text) {
  await writeFile(`${file}.${process.pid}`, text);
  await rename(`${file}.${process.pid}`, file);
}

function areaOf(key, areas) {
  const prefix = key.split('.')[0];
  return Object.keys(areas).find((area) => areas[area].prefixes.includes(prefix)) ?? CORE;
}

/** Where the languages differ in keys or plural forms. */
function compare(catalogues) {
  const faults = [];
  const keys = new Set([...Object.keys(catalogues.en), ...Object.keys(catalogues.ar)]);
  for (const key of keys) {
    const plural = typeof catalogues.en[key] === 'object';
    for (const [language, forms] of Object.entries(PLURAL_FORMS)) {
      const entry = catalogues[language][key];
      if (entry === undefined) faults.push(`${language}: ${key} is missing`);
      else if ((typeof entry === 'object') !== plural) faults.push(`${language}: ${key} is plural in one language only`);
      else if (plural && Object.keys(entry).join() !== forms.join()) faults.push(`${language}: ${key} needs ${forms}`);
    }
  }
  return faults;
}

/** Keys used where their words are not loaded, or nowhere. */
async function misused(catalogue, areas) {
  const faults = [];
  const used = new Set();
  const root = path.join(here, 'src');
  for (const file of await readdir(root, { recursive: true })) {
    if (!/\.tsx?$/.test(file)) continue;
    const source = await readFile(path.join(root, file), 'utf8');
    for (const [, quoted, start] of source.matchAll(/'([a-zA-Z]+\.[\w.-]+)'|`([a-zA-Z]+\.)(?:[\w.]*)\$\{/g)) {
      const keys = Object.keys(catalogue).filter((key) => key === quoted || (start && key.startsWith(start)));
      for (const key of keys) {
        used.add(key);
        const area = areaOf(key, areas);
        if (area !== CORE && !areas[area].files.includes(file.replaceAll('\\', '/'))) faults.push(`${file}: ${key} is of ${area}`);
      }
    }
  }
  return [...faults, ...Object.keys(catalogue).filter((key) => !used.has(key)).map((key) => `${key} is not used`)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await cutWords();
