// Builds the portal into ../dist: hashed files under assets/, index.html, and beside each file what
// brotli and gzip make of it, so that the function that serves them never compresses anything.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { cutWords } from './words.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, '..', 'dist');
const generated = path.join(here, '.generated');
await mkdir(generated, { recursive: true });
const made = await mkdtemp(path.join(generated, 'dist-'));

/** Puts what was built in the place of the last build at once: two builds at a time do not mix. */
async function replaceDist() {
  await mkdir(dist, { recursive: true });
  const old = path.join(made, 'old');
  await mkdir(old);
  for (const name of await readdir(dist)) {
    // The file that keeps the folder in the repository stays.
    if (name !== '.keep') await rename(path.join(dist, name), path.join(old, name));
  }
  for (const name of await readdir(made)) {
    if (name !== 'old') await rename(path.join(made, name), path.join(dist, name));
  }
}

/** Words as one object: esbuild would export each of its keys by name. */
const words = {
  name: 'words',
  setup: ({ onLoad }) => onLoad({ filter: /words[\\/][\w.]+\.json$/ }, async ({ path: file }) => (
    { contents: `export default ${await readFile(file, 'utf8')}`, loader: 'js' })),
};

/** A style sheet of some pages only: a file of its own, whose address the script gets. */
const sheets = {
  name: 'sheets',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /\.css\?sheet$/ }, ({ path: file, resolveDir }) => (
      { path: path.join(resolveDir, file.replace(/\?sheet$/, '')), namespace: 'sheet' }));
    onLoad({ filter: /./, namespace: 'sheet' }, async ({ path: file }) => {
      const { outputFiles } = await build({ ...shared, metafile: false, write: false, outdir: undefined, entryPoints: [file] });
      return { contents: outputFiles[0].contents, loader: 'file' };
    });
  },
};

const shared = {
  absWorkingDir: here, bundle: true, minify: true, metafile: true, write: true,
  target: ['chrome123', 'firefox128', 'safari17.5'], legalComments: 'none', charset: 'utf8', logLevel: 'warning',
  entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]', assetNames: '[name]-[hash]', outdir: path.join(made, 'assets'),
};

async function bundle() {
  const pages = await build({
    ...shared, plugins: [words, sheets], entryPoints: { main: 'src/main.tsx', style: 'src/styles/index.css' },
    format: 'esm', splitting: true, jsx: 'automatic', jsxImportSource: 'preact',
  });
  // The script before the first paint is a classic one: a module would wait for the document.
  const boot = await build({ ...shared, entryPoints: { boot: 'src/boot.ts' }, format: 'iife' });
  return { ...pages.metafile.outputs, ...boot.metafile.outputs };
}

async function hashed(name) {
  const bytes = await readFile(path.join(here, 'public', name));
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  const { name: stem, ext } = path.parse(name);
  const file = `assets/${stem}-${hash}${ext}`;
  await writeFile(path.join(made, file), bytes);
  return `/${file}`;
}

async function writeIndex(outputs) {
  const address = (file) => `/assets/${path.basename(file)}`;
  const entry = (source) => Object.entries(outputs).find(([, output]) => output.entryPoint === source);
  const [mainFile, main] = entry('src/main.tsx');
  const imports = main.imports.filter((item) => item.kind === 'import-statement').map((item) => address(item.path));
  const places = {
    boot: address(entry('src/boot.ts')[0]),
    style: address(entry('src/styles/index.css')[0]),
    main: address(mainFile),
    icon: await hashed('icon.svg'),
    preload: imports.map((file) => `<link rel="modulepreload" href="${file}">`).join('\n'),
  };
  const template = await readFile(path.join(here, 'index.html'), 'utf8');
  await writeFile(path.join(made, 'index.html'), template.replace(/\{\{(\w+)\}\}/g, (_, name) => places[name]));
}

/** The bundle holds others' code: their licences go with it. */
async function writeLicenses() {
  const { dependencies } = JSON.parse(await readFile(path.join(here, 'package.json'), 'utf8'));
  const texts = await Promise.all(Object.entries(dependencies).map(async ([name, version]) => (
    `${name} ${version}\n\n${await readFile(path.join(here, 'node_modules', name, 'LICENSE'), 'utf8')}`)));
  await writeFile(path.join(made, 'licenses.txt'), texts.join('\n\n'));
}

async function compress() {
  const names = ['index.html', 'licenses.txt', ...(await readdir(path.join(made, 'assets'))).map((name) => `assets/${name}`)];
  for (const name of names) {
    const file = path.join(made, name);
    const bytes = await readFile(file);
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
    await writeFile(`${file}.br`, brotliCompressSync(bytes, quality));
    await writeFile(`${file}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
  }
}

try {
  await cutWords();
  await writeIndex(await bundle());
  await writeLicenses();
  await compress();
  await replaceDist();
} finally {
  await rm(made, { recursive: true });
}
