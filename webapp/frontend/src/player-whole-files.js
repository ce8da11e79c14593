// Files that a server sends whole although a range was asked for. Each is read no further than somebody needs, so that
// playing begins with its first bytes, and kept for the next ranges; the least recently used ones go first.

const MOST_BYTES = 192 * 1024 * 1024;
const MOST_OPEN = 4; // browsers open about six connections to a server
const PAUSE_MILLISECONDS = 100;

// Another quality is another file, which has to come from its beginning: only a line with time to spare is fast enough.
const PRUDENCE = 2;

class WholeFile {
  #reader;
  #chunks = [];
  #reading = null;
  #length;
  #timed = { bytes: 0, milliseconds: 0, until: 0, isOver: false };
  received = 0;
  isComplete = false;
  wantedBy = 0;

  constructor(response) {
    this.#reader = response.body.getReader();
    // The length that is said of a compressed file is another one.
    const isPlain = !response.headers.has("Content-Encoding");
    this.#length = (isPlain && Number(response.headers.get("Content-Length"))) || Infinity;
  }

  // The range, once it has arrived; null when nobody wants it any more. `onBytes` is told of every arrival.
  async take(start, end, { isWanted, onBytes }) {
    this.wantedBy += 1;
    try {
      while (this.received < end && !this.isComplete) {
        await this.#readMore();
        if (!isWanted()) return null;
        onBytes(Math.max(0, Math.min(this.received, end) - start));
      }
    } finally {
      this.wantedBy -= 1;
    }
    if (this.received < end) throw new Error("The file is shorter than its manifest says.");
    return this.#cut(start, end);
  }

  // How long so many bytes may be said to take: what is in memory must not look like a fast line.
  millisecondsFor(length) {
    const { bytes, milliseconds } = this.#timed;
    return (PRUDENCE * milliseconds * length) / Math.max(1, bytes);
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
    this.#time(begun, value?.byteLength ?? 0);
    if (value) {
      this.#chunks.push(value);
      this.received += value.byteLength;
    }
    this.isComplete = done || this.received >= this.#length;
  }

  // Behind a pause stands what arrived while nobody read, which says nothing about the line.
  #time(begun, bytes) {
    const timed = this.#timed;
    timed.isOver ||= timed.until > 0 && begun - timed.until > PAUSE_MILLISECONDS;
    timed.until = performance.now();
    if (timed.isOver) return;
    timed.bytes += bytes;
    timed.milliseconds += timed.until - begun;
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
    if (file !== used && !file.wantedBy && (bytes > MOST_BYTES || !file.isComplete)) forgetWholeFile(url);
  }
}
