// A worker: copies a picked file into the browser's private storage while it is being sent. A phone that is asked for
// the same file another day may hand out other bytes, or none.
import { PICKED } from "./upload-kept-folder.js";

const SLICE_BYTES = 4 * 1024 * 1024;

self.addEventListener("message", async ({ data: { file, name } }) => {
  try {
    await copy(file, name);
    self.postMessage("kept");
  } catch {
    self.postMessage("failed"); // no room, or a browser that cannot: the file is chosen again then
  }
});

async function copy(file, name) {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(PICKED, { create: true });
  const handle = await folder.getFileHandle(name, { create: true });
  const target = await handle.createSyncAccessHandle();
  try {
    await target.truncate(0);
    for (let at = 0; at < file.size; at += SLICE_BYTES) {
      const bytes = new Uint8Array(await file.slice(at, at + SLICE_BYTES).arrayBuffer());
      await target.write(bytes, { at });
    }
    await target.flush();
  } finally {
    await target.close();
  }
}
