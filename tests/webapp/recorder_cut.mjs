// `node recorder_cut.mjs file type slice-bytes`: what the recorder keeps of a file that comes in slices, on stdout.
import { readFileSync, writeSync } from "node:fs";
import { Cutter } from "../../webapp/frontend/src/recorder-cut.js";

const [path, type, size] = process.argv.slice(2);
const file = readFileSync(path);
const cutter = new Cutter(type);
for (let start = 0; start < file.length; start += Number(size)) {
  const whole = await cutter.add(new Blob([file.subarray(start, start + Number(size))]));
  writeSync(1, Buffer.from(await whole.arrayBuffer()));
}
