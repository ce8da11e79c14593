// One take while it is made: the browser's recorder, its slices on their way into the store, and the time that counts.
import { Cutter } from "./recorder-cut.js";

const SLICE_MILLISECONDS = 2000;

export class TakeInMaking {
  // `onSlice(take)` is called after each slice that was kept, `onEnd(take, reason)` once all are: `asked`, `limit` or
  // `lost`; `onPause()` when the camera rests by itself.
  constructor({ stream, take, store, quality, longestSeconds, onSlice, onEnd, onPause }) {
    Object.assign(this, { stream, take, store, longestSeconds, onSlice, onEnd, onPause });
    this.kept = Promise.resolve();
    this.reason = "lost";
    this.beforePause = 0;
    this.runningSince = null;
    this.isTorn = false;
    const options = { videoBitsPerSecond: quality.video_bits, audioBitsPerSecond: quality.audio_bits };
    this.recorder = new MediaRecorder(stream, take.type ? { ...options, mimeType: take.type } : options);
    take.type ||= this.recorder.mimeType;
    this.cutter = new Cutter(take.type);
    this.recorder.ondataavailable = ({ data }) => this.keep(data);
    this.recorder.onstop = () => this.settle();
    this.recorder.onerror = () => this.stop("lost");
    this.recorder.onstart = this.recorder.onresume = () => this.run();
    this.onRest = () => this.rest();
  }

  get canPause() {
    return typeof this.recorder.pause === "function";
  }

  get isPaused() {
    return this.recorder.state === "paused";
  }

  get isRunning() {
    return this.recorder.state === "recording";
  }

  get seconds() {
    return this.beforePause + (this.runningSince === null ? 0 : now() - this.runningSince);
  }

  start() {
    for (const track of this.stream.getTracks()) track.addEventListener("ended", () => this.stop("lost"));
    for (const track of this.stream.getTracks()) track.addEventListener("mute", this.onRest);
    this.recorder.start(SLICE_MILLISECONDS);
  }

  pause() {
    if (!this.isRunning || !this.canPause) return;
    this.halt();
    this.recorder.pause();
    this.recorder.requestData(); // a pause may be long: what was said until now is kept now
  }

  goOn() {
    if (this.isPaused) this.recorder.resume();
  }

  stop(reason) {
    if (this.recorder.state === "inactive") return;
    this.reason = reason;
    this.halt();
    this.recorder.stop();
  }

  // Asked often, and with every slice, since timers sleep in a page that is not in front.
  look() {
    if (this.seconds >= this.longestSeconds) this.stop("limit");
  }

  // A phone mutes the camera of a page that goes to the back, and the microphone for a call: a still picture, or a
  // silent one, is nobody's statement.
  rest() {
    if (!this.isRunning || !this.canPause) return;
    this.pause();
    this.onPause();
  }

  run() {
    this.runningSince ??= now();
  }

  halt() {
    this.beforePause = this.seconds;
    this.runningSince = null;
  }

  keep(slice) {
    if (slice.size === 0) return;
    const seconds = this.seconds;
    this.kept = this.kept.then(() => this.takeUp(slice, seconds));
    this.look();
  }

  // After a slice that cannot be read nothing fits any more: the take ends there, with all that came before.
  async takeUp(slice, seconds) {
    if (this.isTorn) return;
    try {
      await this.append(await this.cutter.add(slice), seconds);
    } catch {
      this.isTorn = true;
      this.stop("lost");
    }
  }

  async append(whole, seconds) {
    if (whole.size === 0) return;
    await this.store.append(this.take, whole, seconds);
    this.onSlice(this.take);
  }

  async settle() {
    for (const track of this.stream.getTracks()) track.removeEventListener("mute", this.onRest);
    this.halt();
    await this.kept;
    if (!this.isTorn) await this.append(this.cutter.end(), this.seconds);
    this.take.isWhole = this.take.sizes.length > 0;
    this.take.seconds = this.seconds;
    await this.store.save(this.take);
    this.onEnd(this.take, this.reason);
  }
}

function now() {
  return performance.now() / 1000;
}
