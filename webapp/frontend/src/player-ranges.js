// Loads ranges of files for hls.js, from any web server: one that answers with the range (206) as from one that knows
// no ranges and sends the whole file (200), out of which the range is cut.
import { currentAddress } from "./player-permission.js";
import { boundWholeFiles, findWholeFile, forgetWholeFile, keepWholeFile } from "./player-whole-files.js";

const SILENT_AFTER_MILLISECONDS = 30_000;
const CONTENT_RANGE = /^bytes (\d+)-(\d+)\//;

const answersRanges = new Set(); // origins of servers that do
const firstRequests = new Map(); // by address: the answer may be the whole file, which is asked for once

class AnswerUnfit extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

export class RangeLoader {
  context = null;
  stats = {
    aborted: false,
    loaded: 0,
    retry: 0,
    total: 0,
    chunkCount: 0,
    bwEstimate: 0,
    loading: { start: 0, first: 0, end: 0 },
    parsing: { start: 0, end: 0 },
    buffering: { start: 0, first: 0, end: 0 },
  };
  #callbacks = null;
  #request = new AbortController();
  #response = null;
  #timer = 0;

  load(context, { loadPolicy }, callbacks) {
    this.context = context;
    this.#callbacks = callbacks;
    this.stats.loading.start = performance.now();
    this.#watch(loadPolicy.maxTimeToFirstByteMs || loadPolicy.maxLoadTimeMs);
    this.#load().then(
      (data) => this.#succeed(data),
      (error) => this.#fail(error),
    );
  }

  abort() {
    const callbacks = this.#stop();
    this.stats.aborted = true;
    callbacks?.onAbort?.(this.stats, this.context, this.#response);
  }

  destroy() {
    if (this.#stop()) this.stats.aborted = true;
  }

  getCacheAge() {
    const age = this.getResponseHeader("age");
    return age === null ? null : Number.parseFloat(age);
  }

  getResponseHeader(name) {
    return this.#response?.headers.get(name) ?? null;
  }

  get #range() {
    const { rangeStart, rangeEnd } = this.context;
    return rangeEnd ? { start: rangeStart, end: rangeEnd } : null;
  }

  async #load() {
    const { url } = this.context;
    if (!this.#range) return this.#readAnswer(await this.#respond());
    while (firstRequests.has(url)) await firstRequests.get(url);
    const file = findWholeFile(url) ?? (await this.#askForRange());
    return file ? this.#cutOut(file) : this.#readAnswer(this.#response);
  }

  // The whole file where the server sends that. As long as it is not known to answer ranges, nobody else asks for the
  // same file meanwhile: browsers, too, let a second request wait while the first one fills their cache.
  async #askForRange() {
    const { url } = this.context;
    const { origin } = new URL(url);
    let release = () => {};
    if (!answersRanges.has(origin)) firstRequests.set(url, new Promise((resolve) => (release = resolve)));
    try {
      const response = await this.#respond();
      if (response.status !== 206) return keepWholeFile(url, response);
      answersRanges.add(origin);
      return null;
    } finally {
      firstRequests.delete(url);
      release();
    }
  }

  async #respond() {
    const response = await this.#ask();
    this.#response = response;
    this.stats.loading.first = performance.now();
    if (this.#callbacks && response.ok) return response;
    response.body?.cancel().catch(() => {});
    throw new AnswerUnfit(response.statusText, response.status);
  }

  #ask() {
    const { url, headers } = this.context;
    const range = this.#range;
    const asked = new Headers(headers ?? {});
    if (range) asked.set("Range", `bytes=${range.start}-${range.end - 1}`);
    return fetch(currentAddress(url), { headers: asked, credentials: "same-origin", signal: this.#request.signal });
  }

  async #readAnswer(response) {
    const reader = response.body.getReader();
    const chunks = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      this.stats.loaded += value.byteLength;
      this.#watch(SILENT_AFTER_MILLISECONDS);
    }
    const bytes = await new Blob(chunks).arrayBuffer();
    return this.#range ? this.#fit(bytes, response) : bytes;
  }

  // Servers and what lies between may answer with more than was asked for, and say so.
  #fit(bytes, response) {
    const { start, end } = this.#range;
    const said = CONTENT_RANGE.exec(response.headers.get("Content-Range") ?? "");
    const first = said ? Number(said[1]) : start;
    if (start < first || end > first + bytes.byteLength) {
      throw new AnswerUnfit("The server answered other bytes than were asked for.", 0);
    }
    return bytes.slice(start - first, end - first);
  }

  async #cutOut(file) {
    const { start, end } = this.#range;
    this.stats.loading.first ||= performance.now();
    this.#watch(SILENT_AFTER_MILLISECONDS);
    try {
      const bytes = await file.take(start, end, {
        isWanted: () => this.#callbacks !== null,
        onBytes: (count) => {
          this.stats.loaded = count;
          this.#watch(SILENT_AFTER_MILLISECONDS);
        },
      });
      boundWholeFiles(file);
      const line = file.millisecondsFor(end - start);
      const { loading } = this.stats;
      loading.start = loading.first = Math.min(loading.start, performance.now() - line);
      return bytes;
    } catch (error) {
      forgetWholeFile(this.context.url);
      throw error;
    }
  }

  #watch(milliseconds) {
    clearTimeout(this.#timer);
    if (this.#callbacks) this.#timer = setTimeout(() => this.#giveUp(), milliseconds);
  }

  #giveUp() {
    forgetWholeFile(this.context.url);
    const callbacks = this.#stop();
    callbacks?.onTimeout(this.stats, this.context, this.#response);
  }

  // A file that arrives whole is not ended with the request that began it: others may be waiting for it.
  #stop() {
    const callbacks = this.#callbacks;
    this.#callbacks = null;
    clearTimeout(this.#timer);
    if (!findWholeFile(this.context?.url)) this.#request.abort();
    return callbacks;
  }

  #succeed(data) {
    const callbacks = this.#callbacks;
    if (!callbacks) return;
    clearTimeout(this.#timer);
    this.#callbacks = null;
    const { stats, context } = this;
    stats.loading.end = Math.max(performance.now(), stats.loading.first);
    stats.loaded = stats.total = data.byteLength;
    const text = context.responseType === "arraybuffer" ? data : new TextDecoder().decode(data);
    callbacks.onSuccess({ url: context.url, data: text, code: 200 }, stats, context, this.#response);
  }

  #fail(error) {
    const callbacks = this.#stop();
    callbacks?.onError({ code: error.code ?? 0, text: error.message }, this.context, this.#response, this.stats);
  }
}
