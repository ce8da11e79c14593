// Bundles the scripts and styles that need packages from npm. `npm ci && npm run build` fills the output folders.
// A style sheet that an entry script imports lands beside it under the same name; the licences of all packages that
// went into a folder's bundles stand in its `licences.txt`.
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { build } from "esbuild";
import { smallHls } from "./hls-parts.mjs";

const here = fileURLToPath(new URL("./", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));

const bundles = [
  {
    outdir: `${root}pipeline/site/assets`,
    packed: ["player", "hls"],
    entryPoints: {
      start: "src/player-start.js",
      player: "src/player.js",
      hls: "src/player-hls.js",
      language: "src/player-language.js",
      offline: "src/offline.js",
      "words-ar": "src/player-words-ar.js",
      "words-es": "src/player-words-es.js",
      "words-fr": "src/player-words-fr.js",
      "words-ru": "src/player-words-ru.js",
      "words-zh": "src/player-words-zh.js",
    },
  },
  {
    outdir: `${root}webapp/static/built`,
    entryPoints: {
      upload: "src/upload.js",
      "upload-keeper": "src/upload-keeper.js",
      recorder: "src/recorder.js",
      "review-desk": "src/review-desk.js",
      "review-player": "src/review-player.js",
      "panel-order": "src/panel-order.js",
      "review-upload": "src/review-upload.js",
      trimmer: "src/trimmer.js",
      editor: "src/editor.js",
      voices: "src/voices.js",
      "sign-out": "src/sign-out.js",
      preview: "src/preview.js",
    },
  },
];

// The controller's own list of keys speaks English alone; published pages have theirs.
const withoutKeyList = {
  name: "without-key-list",
  setup(build) {
    build.onResolve({ filter: /media-keyboard-shortcuts-dialog\.js$/ }, () => ({ path: `${here}src/player-no-dialog.js` }));
  },
};

const hls = await smallHls(here);

for (const { outdir, entryPoints, packed = [] } of bundles) {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints,
    outdir,
    bundle: true,
    minify: true,
    format: "iife",
    charset: "utf8",
    target: ["chrome90", "firefox90", "safari15"],
    legalComments: "none",
    metafile: true,
    define: hls.define,
    plugins: [withoutKeyList, hls.plugin],
    logOverride: { "import-is-undefined": "error" },
    logLevel: "info",
  });
  await writeFile(`${outdir}/licences.txt`, await licencesOf(Object.keys(metafile.inputs)));
  for (const name of packed) await pack(`${outdir}/${name}`);
}

// A copy for web servers that compress nothing. Its name's ending says nothing to them, so that they leave it alone.
async function pack(path) {
  await writeFile(`${path}.bin`, await promisify(gzip)(await readFile(`${path}.js`), { level: 9 }));
}

async function licencesOf(inputs) {
  const names = inputs.map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean);
  const texts = await Promise.all([...new Set(names)].sort().map(licenceOf));
  // Packages under this licence carry a notice that points to its text, which must come along.
  if (texts.some((text) => text.includes("(Apache-2.0)"))) texts.push(await readFile(`${root}LICENSE`, "utf8"));
  return texts.join(`\n${"-".repeat(78)}\n\n`);
}

async function licenceOf(name) {
  const folder = `${here}node_modules/${name}`;
  const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  // A few packages name their licence only in package.json.
  const text = file ? await readFile(`${folder}/${file}`, "utf8") : "";
  return `${`${name} ${version} (${license})\n\n${text}`.trim()}\n`;
}
