// Watching a take before it is handed in: the slices as one file, from this browser alone.
import { part, say, words } from "./recorder-page.js";

export class TakePlayer {
  constructor(item, take, store) {
    Object.assign(this, { item, take, store });
    this.video = part("take-video", item);
    this.video.onerror = () => this.address && say(part("take-said", item), words.say("cannot_play"));
  }

  async show() {
    const whole = await this.store.read(this.take, 0, Infinity);
    this.close();
    this.address = URL.createObjectURL(whole);
    this.video.addEventListener("loadedmetadata", () => findLength(this.video), { once: true });
    this.video.src = this.address;
    this.video.hidden = false;
    this.video.focus();
  }

  close() {
    if (!this.address) return;
    this.video.hidden = true;
    URL.revokeObjectURL(this.address);
    this.address = null;
    this.video.removeAttribute("src");
    this.video.load();
  }
}

// Browsers write no length into what they record; a jump behind the end makes them look for it.
function findLength(video) {
  if (Number.isFinite(video.duration)) return;
  const back = () => {
    if (!Number.isFinite(video.duration)) return;
    video.removeEventListener("durationchange", back);
    video.currentTime = 0;
  };
  video.addEventListener("durationchange", back);
  video.currentTime = 1e9;
}
