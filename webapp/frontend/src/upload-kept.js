// The picked file, kept in this browser as long as its upload is unfinished, so that nobody has to find it again. Its
// name is that of the upload; a copy that is shorter than its upload is none.
import { PICKED } from "./upload-kept-folder.js";

const SPARE_BYTES = 100 * 1000 * 1000;

export class KeptFile {
  constructor(workerAddress) {
    this.workerAddress = workerAddress;
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
    this.worker.postMessage({ file, name });
  }

  // The file of an upload, or null.
  async find(name, size) {
    try {
      const file = await (await (await folder()).getFileHandle(name)).getFile();
      return file.size === size ? file : null;
    } catch {
      return null;
    }
  }

  // Delete the file of one upload.
  async forget(name) {
    this.end(name);
    const kept = await folder().catch(() => null);
    if (kept) await remove(kept, name);
  }

  // Delete all that is kept, but for one upload's, or for none.
  async forgetOthers(name) {
    const kept = await folder().catch(() => null);
    if (!kept) return;
    for await (const other of kept.keys()) if (other !== name) await this.forget(other);
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
  const { quota = Infinity, usage = 0 } = (await navigator.storage.estimate?.()) ?? {};
  return quota - usage > bytes + SPARE_BYTES;
}
