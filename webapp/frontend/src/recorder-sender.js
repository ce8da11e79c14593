// A take on its way to the server, from its first slice on: tus 1.0 with a length that is told at the end, once the
// speaker has chosen the take. Lines that drop are normal: it tries again for hours, from where the server says it is.
import { ask } from "./recorder-request.js";
import { sizeOf } from "./recorder-store.js";
import { Speed } from "./upload-speed.js";
import { now, reasonOf } from "./upload-trouble.js";

const PIECE_SECONDS = 4; // what a line that drops takes along, at most
const PIECE_BYTES = [64 * 1024, 512 * 1024]; // and at least one slice
const DELAYS_SECONDS = [1, 2, 4, 8, 15, 30, 60];
const PATIENCE_SECONDS = 12 * 3600;
const MOST_RESTARTS = 3;
const FINISHING_SECONDS = 600; // the server passes a whole recording on before it answers
const BODY = { "Content-Type": "application/offset+octet-stream" };

const FINAL = { 403: "refused", 413: "too_large" };
const GONE = new Set([404, 410]);

export class TakeSender {
  // `onChange(sender)` is called at every change of `state`: idle (all there is was sent), sending, finishing, waiting,
  // paused, done, stopped, or failed, with `reason` for waiting and failed.
  constructor({ take, store, endpoint, onChange }) {
    Object.assign(this, { take, store, endpoint, onChange });
    this.state = "idle";
    this.reason = "";
    this.offset = null;
    this.sentBytes = this.arrived = 0;
    this.failures = this.restarts = 0;
    this.arrivedAt = now();
    this.speed = new Speed();
    this.wakes = [];
    this.wake = this.wake.bind(this);
  }

  get isOver() {
    return ["done", "stopped", "failed"].includes(this.state);
  }

  // Whether something is under way that closing the page would interrupt.
  get isBusy() {
    return ["sending", "finishing", "waiting"].includes(this.state);
  }

  // The slower the line, the smaller the pieces: one that breaks off with its line is sent again.
  get pieceBytes() {
    const [least, most] = PIECE_BYTES;
    return Math.min(Math.max(PIECE_SECONDS * this.speed.bytesPerSecond, least), most);
  }

  get waitSeconds() {
    return Math.max(0, Math.ceil(this.retryAt - now()));
  }

  start() {
    window.addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.running = this.run().catch(() => this.change("failed", "take_unreadable"));
  }

  // There are more slices, or a reason to try at once.
  wake() {
    for (const wake of this.wakes.splice(0)) wake();
  }

  // This is the take: its length may be told once all of it has arrived.
  async choose() {
    this.take.isChosen = true;
    await this.store.save(this.take);
    this.arrivedAt = now();
    if (this.state === "paused") this.state = "idle";
    this.wake();
  }

  pause() {
    this.change("paused");
    this.cut?.abort();
  }

  goOn() {
    this.arrivedAt = now();
    this.change("idle");
    this.wake();
  }

  // Send nothing more. What has arrived is the server's to forget, with the next upload of this statement.
  leave() {
    this.change("stopped");
    this.cut?.abort();
    this.wake();
  }

  // End it and have the server delete what has arrived; true once it has.
  async stop() {
    this.leave();
    await this.running;
    if (!this.take.address) return true;
    const { status } = await ask("DELETE", this.take.address);
    return status === 204 || GONE.has(status);
  }

  async run() {
    while (!this.isOver) {
      if (this.state === "paused") await this.woken();
      else await this.advance();
    }
    window.removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
  }

  async advance() {
    this.cut = new AbortController();
    const status = await this.step();
    if (this.isOver || this.state === "paused") this.offset = null;
    else if (status !== "") await this.stumble(status);
  }

  // One request, or a rest where there is nothing to ask; the status of what went wrong, or nothing.
  async step() {
    if (!this.take.address) return this.create();
    if (this.offset === null) return this.askOffset();
    if (this.offset < sizeOf(this.take)) return this.send();
    if (this.take.isWhole && this.take.isChosen) return this.finish();
    this.change("idle");
    await this.woken();
    return "";
  }

  async create() {
    this.change("sending");
    const answer = await this.ask("POST", this.endpoint, { headers: { "Upload-Defer-Length": "1" } });
    if (answer.status !== 201) return answer.status;
    this.take.address = new URL(answer.header("Location"), location.href).pathname;
    await this.store.save(this.take);
    this.arrive(0);
    return "";
  }

  async askOffset() {
    this.change("sending");
    const answer = await this.ask("HEAD", this.take.address);
    if (answer.status !== 200) return answer.status;
    this.arrive(Number(answer.header("Upload-Offset")));
    const isFinished = answer.header("Upload-Length") !== null && this.offset === sizeOf(this.take);
    if (isFinished && this.take.isChosen) this.end("done");
    return "";
  }

  async send() {
    const from = this.offset;
    const piece = await this.store.read(this.take, from, this.pieceBytes);
    const body = new Blob([piece], { type: BODY["Content-Type"] });
    this.change("sending");
    const onProgress = (bytes) => this.progress(from + bytes);
    const headers = { ...BODY, "Upload-Offset": String(from), ...(await this.checksum(body)) };
    return this.patch({ headers, body, onProgress });
  }

  // With a checksum the server takes all of a piece or nothing, so that what it has of a lost take ends between two
  // pictures. Of a take that was chosen, and on a line that drops before a piece is through, every byte has to count.
  async checksum(body) {
    if (this.take.isChosen || this.failures > 0 || !window.crypto?.subtle) return {};
    const digest = await crypto.subtle.digest("SHA-256", await body.arrayBuffer());
    return { "Upload-Checksum": `sha256 ${btoa(String.fromCharCode(...new Uint8Array(digest)))}` };
  }

  async finish() {
    this.change("finishing");
    const length = String(this.offset);
    const headers = { ...BODY, "Upload-Offset": length, "Upload-Length": length };
    const status = await this.patch({ headers, patience: FINISHING_SECONDS });
    if (status === "") this.end("done");
    return status;
  }

  async patch(request) {
    const answer = await this.ask("PATCH", this.take.address, request);
    if (answer.status !== 204) return answer.status;
    this.arrive(Number(answer.header("Upload-Offset")));
    return "";
  }

  ask(method, address, options = {}) {
    return ask(method, address, { ...options, signal: this.cut.signal });
  }

  arrive(offset) {
    if (offset > this.arrived) {
      this.arrivedAt = now();
      this.failures = 0;
    }
    this.offset = this.arrived = this.sentBytes = offset;
  }

  progress(bytes) {
    this.sentBytes = bytes;
    this.speed.note(bytes);
    this.onChange(this);
  }

  async stumble(status) {
    this.offset = null;
    this.speed = new Speed();
    if (GONE.has(status)) return this.beginAgain();
    if (status in FINAL) return this.end("failed", FINAL[status]);
    if (now() - this.arrivedAt > PATIENCE_SECONDS) return this.end("failed", "gave_up");
    const delay = DELAYS_SECONDS[Math.min(this.failures, DELAYS_SECONDS.length - 1)];
    this.failures += 1;
    this.retryAt = now() + delay;
    this.change("waiting", reasonOf(status));
    await this.woken(delay);
  }

  // The server forgot it: its time was over, or another upload of this statement took its place. Only the take that was
  // chosen is sent again; a take on trial leaves its place to the other one. So does one whose place is taken again and
  // again: two devices that each send a take would else pay for bytes that nobody gets.
  async beginAgain() {
    this.restarts += 1;
    this.take.address = null;
    this.sentBytes = this.arrived = 0;
    await this.store.save(this.take);
    if (!this.take.isChosen || this.restarts > MOST_RESTARTS) this.end("failed", "take_gone");
  }

  // Until woken, or for so long; every second the page may say how long still.
  async woken(seconds = Infinity) {
    let isWoken = false;
    const wake = new Promise((resolve) => this.wakes.push(resolve)).then(() => (isWoken = true));
    // By the clock: in a page that is not in front a second of a timer may last a minute.
    for (const until = now() + seconds; now() < until && !isWoken; ) {
      await (seconds === Infinity ? wake : Promise.race([wake, new Promise((resolve) => setTimeout(resolve, 1000))]));
      if (this.state === "waiting") this.onChange(this);
    }
  }

  end(state, reason = "") {
    this.change(state, reason);
  }

  change(state, reason = "") {
    if (this.isOver) return;
    this.state = state;
    this.reason = reason;
    this.onChange(this);
  }
}
