// Plays the recording in moments of the whole of it: the film may begin later. One cue can be played alone.
import Hls from "hls.js";
import { RangeLoader } from "./player-ranges.js";

export class Player {
  constructor(video, beginsMs, problem) {
    this.video = video;
    this.beginsMs = beginsMs;
    this.untilMs = null;
    this.listeners = [];
    if (!video) return;
    if (video.dataset.manifest) attach(video, problem);
    for (const event of ["timeupdate", "seeked", "play", "pause"]) video.addEventListener(event, () => this.tell());
    video.addEventListener("play", () => this.follow());
  }

  get nowMs() {
    return this.video ? Math.round(this.video.currentTime * 1000) + this.beginsMs : this.place ?? 0;
  }

  get isPlaying() {
    return Boolean(this.video) && !this.video.paused;
  }

  listen(listener) {
    this.listeners.push(listener);
  }

  tell() {
    if (this.untilMs !== null && this.nowMs >= this.untilMs) {
      this.untilMs = null;
      this.video.pause();
    }
    for (const listener of this.listeners) listener(this.nowMs);
  }

  // While it plays the picture is followed more often than browsers tell of time.
  follow() {
    if (!this.isPlaying) return;
    this.tell();
    requestAnimationFrame(() => this.follow());
  }

  seek(ms) {
    this.place = Math.max(0, ms);
    this.untilMs = null;
    if (this.video) this.video.currentTime = Math.max(0, ms - this.beginsMs) / 1000;
    else this.tell();
  }

  toggle() {
    if (!this.video) return;
    this.untilMs = null;
    if (this.video.paused) this.video.play().catch(() => {});
    else this.video.pause();
  }

  play(fromMs, untilMs = null) {
    if (!this.video) return;
    this.seek(fromMs);
    this.untilMs = untilMs;
    this.video.play().catch(() => {});
  }
}

function attach(video, problem) {
  if (!Hls.isSupported()) {
    video.src = video.dataset.manifest;
    return;
  }
  const hls = new Hls({ fLoader: RangeLoader, maxBufferLength: 30, enableWorker: false, renderTextTracksNatively: false });
  let hasRecovered = false;
  hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR && !hasRecovered) {
      hasRecovered = true;
      hls.recoverMediaError();
    } else problem.hidden = false;
  });
  hls.loadSource(video.dataset.manifest);
  hls.attachMedia(video);
}
