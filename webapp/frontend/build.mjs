// Bundles the scripts and styles that need packages from npm. `npm ci && npm run build` fills the output folders.
// Each bundle is one entry script; a style sheet that it imports lands beside it under the same name.
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

const bundles = [
  { entry: "src/player.js", outdir: `${root}pipeline/site/assets` },
];

for (const { outdir } of bundles) await rm(outdir, { recursive: true, force: true });

for (const { entry, outdir } of bundles) {
  await build({
    absWorkingDir: fileURLToPath(new URL("./", import.meta.url)),
    entryPoints: [entry],
    outdir,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2020", "safari15"],
    legalComments: "linked",
    logLevel: "info",
  });
}
