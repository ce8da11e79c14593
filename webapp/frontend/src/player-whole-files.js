// Files that a server sends whole although a range was asked for. Each is read no further than somebody needs, so that
// playing begins with its first bytes, and kept for the next ranges; the least recently used ones go first.

const MOST_BYTES = 192 * 1024 * 1024;
const MOST_OPEN = 4; // browsers open about six connections to a server

class WholeFile {
  #reader;
  #chunks = [];
  #reading = null;
  #busyMilliseconds = 0;
  received = 0;
  isComplete = false;

  constructor(response) {
    this.#reader = response.body.getReader();
  }

  // The range, once it has arrived; null when nobody wants it any more. `onBytes` is told of every arrival.
  async take(start, end, { isWanted, onBytes }) {
    while (this.received < end && !this.isComplete) {
      await this.#readMore();
      if (!isWanted()) return null;
      onBytes(Math.max(0, Math.min(this.received, end) - start));
    }
    if (this.received < end) throw new Error("The file is shorter than its manifest says.");
    return this.#cut(start, end);
  }

  // How long so many bytes took to arrive, on average: what is in memory must not look like a fast line.
  millisecondsFor(length) {
    return (this.#busyMilliseconds * length) / Math.max(1, this.received);
  }

  close() {
    this.#reader.cancel().catch(() => {});
  }

  // Several ranges may be waiting; they share one read.
  #readMore() {
    this.#reading ??= this.#readOnce().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #readOnce() {
    const begun = performance.now();
    const { done, value } = await this.#reader.read();
    this.#busyMilliseconds += performance.now() - begun;
    if (done) {
      this.isComplete = true;
    } else {
      this.#chunks.push(value);
      this.received += value.byteLength;
    }
  }

  #cut(start, end) {
    const bytes = new Uint8Array(end - start);
    let offset = 0;
    for (const chunk of this.#chunks) {
      if (offset >= end) break;
      const part = chunk.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
      if (part.byteLength) bytes.set(part, Math.max(0, offset - start));
      offset += chunk.byteLength;
    }
    return bytes.buffer;
  }
}

const files = new Map(); // by address, the most recently used last

export function findWholeFile(url) {
  const file = files.get(url);
  if (!file) return null;
  files.delete(url);
  files.set(url, file);
  return file;
}

export function keepWholeFile(url, response) {
  const known = findWholeFile(url);
  if (known) {
    response.body.cancel().catch(() => {}); // two ranges were asked for at once
    return known;
  }
  const file = new WholeFile(response);
  files.set(url, file);
  return file;
}

export function forgetWholeFile(url) {
  files.get(url)?.close();
  files.delete(url);
}

// Called after each range, with the file that it came from, which stays.
export function boundWholeFiles(used) {
  for (const [url, file] of [...files]) {
    const kept = [...files.values()];
    const bytes = kept.reduce((sum, each) => sum + each.received, 0);
    const open = kept.filter((each) => !each.isComplete).length;
    if (bytes <= MOST_BYTES && open <= MOST_OPEN) return;
    if (file !== used && (bytes > MOST_BYTES || !file.isComplete)) forgetWholeFile(url);
  }
}
