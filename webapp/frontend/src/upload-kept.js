// The picked file, kept in this browser as long as its upload is unfinished, so that nobody has to find it again. Its
// name is that of the statement and of the upload; a copy that is shorter than its upload is none.
import { PICKED } from "./upload-kept-folder.js";

const SPARE_BYTES = 100 * 1000 * 1000;

export class KeptFile {
  // `scope` names the statement; no upload can go on after `hours`.
  constructor({ workerAddress, scope, hours }) {
    Object.assign(this, { workerAddress, scope, hours });
    this.worker = null;
    this.name = null;
  }

  // Copy a file in the background where there is room; nothing happens where it is kept already, or being copied.
  async keep(name, file) {
    if (this.name === name || !navigator.storage?.getDirectory) return;
    this.name = name;
    if ((await this.find(name, file.size)) || !(await hasRoom(file.size)) || this.name !== name) return;
    this.worker = new Worker(this.workerAddress);
    this.worker.addEventListener("message", () => this.stop());
    this.worker.postMessage({ file, name: this.nameOf(name) });
  }

  // The file of an upload, or null.
  async find(name, size) {
    try {
      const file = await (await (await folder()).getFileHandle(this.nameOf(name))).getFile();
      return file.size === size ? file : null;
    } catch {
      return null;
    }
  }

  // Delete the file of one upload.
  async forget(name) {
    this.end(name);
    const kept = await folder().catch(() => null);
    if (kept) await remove(kept, this.nameOf(name));
  }

  // Delete all that is kept of this statement, but for one upload's, or for none; and of others what has grown old.
  async forgetOthers(name) {
    const kept = await folder().catch(() => null);
    if (!kept) return;
    if (this.name !== name) this.end(this.name);
    for await (const [other, handle] of kept.entries()) {
      if (other === this.nameOf(name)) continue;
      if (other.startsWith(this.nameOf("")) || (await this.isOld(handle))) await remove(kept, other);
    }
  }

  nameOf(upload) {
    return `${this.scope}-${upload}`;
  }

  async isOld(handle) {
    const file = await handle.getFile().catch(() => null);
    return file !== null && Date.now() - file.lastModified > this.hours * 3600 * 1000;
  }

  end(name) {
    if (this.name !== name) return;
    this.stop();
    this.name = null;
  }

  stop() {
    this.worker?.terminate();
    this.worker = null;
  }
}

async function folder() {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(PICKED); // fails where nothing was ever kept
}

// A worker that was just ended holds its file for a moment longer.
async function remove(kept, name, tries = 20) {
  try {
    await kept.removeEntry(name);
  } catch (error) {
    if (tries > 1 && error.name !== "NotFoundError") setTimeout(() => remove(kept, name, tries - 1), 250);
  }
}

// Where the browser does not tell, trying does.
async function hasRoom(bytes) {
  const { quota = Infinity, usage = 0 } = (await navigator.storage.estimate?.().catch(() => null)) ?? {};
  return quota - usage > bytes + SPARE_BYTES;
}
