// One file on its way to the server. Lines that drop are normal: it tries again for hours, and each time the server
// says how much it has. tus-js-client speaks the protocol; when to try again is decided here.
import { Upload } from "tus-js-client";
import { isReadable } from "./upload-file.js";
import { Speed } from "./upload-speed.js";
import { now, reasonOf } from "./upload-trouble.js";

const CHUNK_BYTES = 2 * 1024 * 1024; // so that "sent" cannot run far ahead of "arrived"
const DELAYS_SECONDS = [1, 2, 4, 8, 15, 30, 60];
const PATIENCE_SECONDS = 12 * 3600;
const SILENT_SECONDS = 30;
const FINISHING_SECONDS = 600;
const TUS = { "Tus-Resumable": "1.0.0" };

const FINAL = { 404: "gone", 410: "gone", 413: "too_large", 403: "refused" };

export class Transfer {
  // `address` is that of an unfinished upload, or null to begin one. `findSpare(address)` gives another copy of the file,
  // or null, when the phone has taken back the one that was picked. `onChange(transfer)` is called at every change of
  // `state`: sending, finishing, waiting, paused, stopping, done, stopped, untold, or failed, with `reason` for waiting
  // and failed.
  constructor({ file, address, endpoint, findSpare, onChange }) {
    Object.assign(this, { file, address, endpoint, findSpare, onChange });
    this.state = "paused";
    this.reason = "";
    this.sentBytes = this.arrived = 0;
    this.failures = 0;
    this.turn = 0;
    this.progressAt = now();
    this.speed = new Speed();
    this.retryNow = this.retryNow.bind(this);
  }

  get isActive() {
    return ["sending", "finishing", "waiting", "paused", "stopping"].includes(this.state);
  }

  get waitSeconds() {
    return Math.max(0, Math.ceil(this.retryAt - now()));
  }

  start() {
    window.addEventListener("online", this.retryNow);
    document.addEventListener("visibilitychange", this.retryNow);
    this.watch = setInterval(() => this.lookAfter(), 1000);
    this.progressAt = now();
    this.attempt();
  }

  pause() {
    this.cut();
    this.change("paused");
  }

  goOn() {
    this.progressAt = now();
    this.attempt();
  }

  // End it and have the server delete what has arrived: `stopped` once it has, `untold` where it could not be asked.
  async stop() {
    this.cut();
    this.change("stopping");
    this.end((await this.isDeleted()) ? "stopped" : "untold");
  }

  async isDeleted() {
    if (!this.address) return true;
    const request = { method: "DELETE", headers: TUS, signal: AbortSignal.timeout?.(SILENT_SECONDS * 1000) };
    const answer = await fetch(this.address, request).catch(() => null);
    return answer !== null && (answer.ok || answer.status === 404 || answer.status === 410);
  }

  retryNow() {
    if (this.state === "waiting" && document.visibilityState === "visible") this.attempt();
  }

  async attempt() {
    this.turn += 1;
    this.heardAt = now();
    this.change("sending");
    const { turn } = this;
    const isOver = () => turn !== this.turn; // paused, stopped or tried again meanwhile
    const hasFile = (await isReadable(this.file)) || (await this.takeSpare());
    if (isOver()) return;
    if (!hasFile) return this.end("failed", "unreadable");
    try {
      const address = this.address ?? (await this.create());
      if (isOver()) return;
      this.address = address;
      this.send();
    } catch (error) {
      if (!isOver()) this.fail(error.status ?? 0);
    }
  }

  async takeSpare() {
    const spare = this.address && (await this.findSpare(this.address));
    if (spare) this.file = spare;
    return Boolean(spare);
  }

  async create() {
    const headers = { ...TUS, "Upload-Length": String(this.file.size) };
    const answer = await fetch(this.endpoint, { method: "POST", headers });
    if (answer.status !== 201) throw Object.assign(new Error("not created"), { status: answer.status });
    return new URL(answer.headers.get("Location"), location.href).pathname;
  }

  send() {
    const upload = new Upload(this.file, {
      uploadUrl: this.address,
      chunkSize: CHUNK_BYTES,
      retryDelays: null,
      storeFingerprintForResuming: false,
      onProgress: (sent) => this.upload === upload && this.progress(sent),
      onAfterResponse: (_request, answer) => this.arrive(answer),
      onError: (error) => this.upload === upload && this.fail(error.originalResponse?.getStatus() ?? 0),
      onSuccess: () => this.upload === upload && this.end("done"),
    });
    this.upload = upload;
    upload.start();
  }

  progress(sent) {
    this.heardAt = now();
    this.sentBytes = sent;
    this.speed.note(sent);
    this.change(sent === this.file.size ? "finishing" : "sending");
  }

  // What has left is not what has arrived: a server without room must not be sent the same bytes every second.
  arrive(answer) {
    const offset = Number(answer.getHeader("Upload-Offset"));
    if (offset <= this.arrived) return;
    this.arrived = offset;
    this.failures = 0;
    this.progressAt = now();
  }

  fail(status) {
    this.cut();
    if (status in FINAL) return this.end("failed", FINAL[status]);
    if (now() - this.progressAt > PATIENCE_SECONDS) return this.end("failed", "gave_up");
    const delay = DELAYS_SECONDS[Math.min(this.failures, DELAYS_SECONDS.length - 1)];
    this.failures += 1;
    this.retryAt = now() + delay;
    this.change("waiting", reasonOf(status));
  }

  lookAfter() {
    const patience = this.state === "finishing" ? FINISHING_SECONDS : SILENT_SECONDS;
    if (["sending", "finishing"].includes(this.state) && now() - this.heardAt > patience) this.fail(0);
    else if (this.state === "waiting" && now() >= this.retryAt) this.attempt();
    else if (this.state === "waiting" || this.state === "sending") this.onChange(this);
  }

  cut() {
    this.turn += 1;
    this.upload?.abort();
    this.upload = null;
    this.speed = new Speed();
  }

  end(state, reason = "") {
    clearInterval(this.watch);
    window.removeEventListener("online", this.retryNow);
    document.removeEventListener("visibilitychange", this.retryNow);
    this.change(state, reason);
  }

  change(state, reason = "") {
    this.state = state;
    this.reason = reason;
    this.onChange(this);
  }
}
