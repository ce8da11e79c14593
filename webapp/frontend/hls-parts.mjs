// hls.js built from its own sources without what these players never need: encryption, advertisements, trick play,
// reports to a network, and files other than fragmented MP4. It is two thirds of the whole one. Its switches are those of
// hls.js's own builds (src/define-plugin.d.ts).
import { readFile } from "node:fs/promises";

const SWITCHES = {
  ALT_AUDIO: true,
  SUBTITLES: true,
  MEDIA_CAPABILITIES: true,
  CMCD: false,
  CONTENT_STEERING: false,
  EME_DRM: false,
  IFRAMES: false,
  INTERSTITIALS: false,
  M2TS_ADVANCED_CODECS: false,
  VARIABLE_SUBSTITUTION: false,
};

// What the switches turn off, and the readers of other files: an import is all that is left of them.
const LEFT_OUT =
  /\/(cmcd-controller|content-steering-controller|eme-controller|iframe-controller|interstitials-controller|tsdemuxer|aacdemuxer|ac3-demuxer|mp3demuxer)$/;
const NOTHING = `
  class Nothing { static probe() { return false; } }
  export { Nothing as default, Nothing as AC3Demuxer, Nothing as IFrameController };`;

// Small packages that hls.js carries inside its own builds. Only the text decoder and the address ever run here.
const PACKAGES = {
  "url-toolkit": "export const buildAbsoluteURL = (base, address) => new URL(address, base).href;",
  "@svta/cml-utils": "export const uuid = () => crypto.randomUUID();",
  "@svta/cml-id3": `
    export const utf8ArrayToStr = (bytes) => new TextDecoder().decode(bytes).replaceAll("\\0", "");
    export const canParseId3 = () => false, isId3TimestampFrame = () => false;
    export const getId3Data = () => undefined, getId3Timestamp = () => undefined, getId3Frames = () => [];`,
};

export async function smallHls(root) {
  const folder = `${root}node_modules/hls.js`;
  const { version } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const define = { __VERSION__: JSON.stringify(version), __IN_WORKER__: "false", __HLS_WORKER_BUNDLE__: "undefined" };
  for (const [name, isOn] of Object.entries(SWITCHES)) define[`__USE_${name}__`] = String(isOn);
  return { define, plugin: { name: "small-hls", setup: (build) => resolveParts(build, folder) } };
}

function resolveParts(build, folder) {
  build.onResolve({ filter: /^hls\.js$/ }, () => ({ path: `${folder}/src/hls.ts` }));
  build.onResolve({ filter: LEFT_OUT }, ({ importer, path }) =>
    importer.startsWith(folder) ? { path, namespace: "left-out" } : undefined,
  );
  build.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: NOTHING }));
  build.onResolve({ filter: /^(url-toolkit|@svta\/.*)$/ }, ({ path }) => ({ path, namespace: "small-package" }));
  build.onLoad({ filter: /.*/, namespace: "small-package" }, ({ path }) => ({ contents: PACKAGES[path] }));
}
