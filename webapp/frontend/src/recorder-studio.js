// The stage: the camera's picture with its guide, the sound's level, the countdown, the clock, and the buttons.
import { closeDevices, listDevices, openDevices } from "./recorder-devices.js";
import { chooseType } from "./recorder-format.js";
import { openMeter } from "./recorder-meter.js";
import { clock, config, keepFocus, part, say, words } from "./recorder-page.js";
import { Prompter } from "./recorder-prompter.js";
import { TakeInMaking } from "./recorder-take.js";

const SOON_SECONDS = 30;
const RESERVE = 1.3;
const ENDINGS = { asked: "kept", limit: "at_limit", lost: "camera_lost" };

export class Studio {
  constructor({ store, takes }) {
    Object.assign(this, { store, takes });
    this.stream = null;
    this.making = null;
    this.counting = null;
    this.turn = 0;
    this.prompter = new Prompter({
      frame: part("prompter"),
      text: part("prompter-text"),
      script: part("script"),
      pace: part("pace"),
      letters: part("letters"),
      isWanted: part("prompted"),
      onTime: (seconds) => say(part("reading-time"), seconds ? words.say("reading_time", { time: clock(seconds) }) : ""),
    });
    this.listen();
  }

  listen() {
    part("turn-on").addEventListener("click", () => this.open());
    for (const name of ["camera", "microphone", "quality"]) part(name).addEventListener("change", () => this.open());
    part("guided").addEventListener("change", () => this.showGuide());
    part("keeps-nothing").addEventListener("change", () => this.share());
    this.store.keepsNothing = part("keeps-nothing").checked;
    part("record").addEventListener("click", () => this.count());
    part("cancel").addEventListener("click", () => this.counting?.());
    part("hold").addEventListener("click", () => this.holdOrGoOn());
    part("end").addEventListener("click", () => this.making.stop("asked"));
  }

  // Others use this browser: nothing new is kept in it, and the visit ends with it.
  share() {
    this.store.keepsNothing = part("keeps-nothing").checked;
    this.tellRoom();
    const headers = { Accept: "application/json", "X-CSRFToken": document.querySelector("[name=csrf_token]").value };
    const body = new URLSearchParams({ shared: this.store.keepsNothing ? "yes" : "no" });
    fetch(config.shared, { method: "POST", headers, body }).catch(() => {});
  }

  get quality() {
    return config.qualities.find((quality) => quality.name === part("quality").value);
  }

  get isOn() {
    return this.stream !== null || !part("stage").hidden;
  }

  get isOccupied() {
    return this.making !== null;
  }

  say(name, values) {
    say(part("studio-said"), name ? words.say(name, values) : "");
  }

  async open() {
    const camera = part("camera").value;
    const microphone = part("microphone").value;
    this.turn += 1;
    const { turn } = this;
    this.letGo();
    this.say("asking");
    let stream = null;
    try {
      stream = await openDevices({ camera, microphone, lines: this.quality.lines });
    } catch (error) {
      if (turn === this.turn) this.close();
      return this.say(error.reason);
    }
    // Asked for twice, or no longer wanted: one that nobody looks at would leave the camera's light on.
    if (turn !== this.turn) return closeDevices(stream);
    this.stream = stream;
    await this.show();
  }

  async show() {
    const isFirst = part("stage").hidden;
    part("live").srcObject = this.stream;
    part("turn-on").hidden = part("before").hidden = true;
    part("stage").hidden = false;
    this.meter = openMeter({
      stream: this.stream,
      meter: part("level"),
      onHearing: (name) => say(part("level-words"), words.say(`hears_${name}`)),
    });
    this.tell();
    if (isFirst) part("record").focus();
    for (const track of this.stream.getTracks()) track.addEventListener("ended", () => this.lose(track));
    const lists = { camera: part("camera"), microphone: part("microphone") };
    await listDevices(this.stream, lists, (kind, number) => words.say(kind, { number }));
    this.showGuide();
    await this.tellRoom();
  }

  // The devices are free for others, or to be opened otherwise; what stands on the page stays.
  letGo() {
    this.meter?.close();
    this.meter = null;
    closeDevices(this.stream);
    this.stream = null;
    part("live").srcObject = null;
  }

  close() {
    this.turn += 1;
    this.letGo();
    keepFocus(
      () => {
        part("turn-on").hidden = part("before").hidden = false;
        part("stage").hidden = true;
      },
      () => part("turn-on"),
    );
  }

  // Unplugged, or taken away by the phone. A take in making ends by itself and says so.
  lose(track) {
    if (!this.stream?.getTracks().includes(track)) return;
    const wasRecording = this.making !== null;
    this.counting?.();
    this.close();
    if (!wasRecording) this.say("failed_camera");
  }

  async tellRoom() {
    const wanted = ((this.quality.video_bits + this.quality.audio_bits) / 8) * config.longest_seconds * RESERVE;
    const told = await navigator.storage?.estimate?.().catch(() => null);
    const left = told ? told.quota - told.usage : Infinity;
    if (!this.store.isLasting) this.say("page_keeps");
    else if (left < wanted) this.say("little_room", { size: words.size(left) });
    else this.say("ready");
  }

  showGuide() {
    part("guide").toggleAttribute("hidden", !part("guided").checked);
  }

  async count() {
    if (this.counting || this.making) return;
    this.prompter.rewind();
    let isCancelled = false;
    let cancel = null;
    const cancelled = new Promise((resolve) => (cancel = resolve)).then(() => (isCancelled = true));
    this.counting = cancel;
    this.tell();
    for (let left = part("counted").checked ? 3 : 0; left > 0 && !isCancelled; left -= 1) {
      part("count").textContent = left;
      this.say("countdown", { number: left });
      await Promise.race([cancelled, new Promise((resolve) => setTimeout(resolve, 1000))]);
    }
    this.counting = null;
    if (!isCancelled && this.stream) return this.start();
    this.tell();
    if (this.stream) this.say("ready");
  }

  async start() {
    const take = this.store.newTake(await chooseType(this.quality));
    try {
      this.making = this.prepare(take);
      this.making.start();
    } catch {
      this.making = null; // the browser cannot record what this camera gives
      return this.tell(), this.say("failed_camera");
    }
    this.takes.say("");
    this.takes.begin(take);
    this.ticking = setInterval(() => this.tick(), 250);
    this.say("recording");
    this.prompter.move();
    this.tell();
  }

  prepare(take) {
    return new TakeInMaking({
      stream: this.stream,
      take,
      store: this.store,
      quality: this.quality,
      longestSeconds: config.longest_seconds,
      onSlice: () => this.grow(take),
      onEnd: (ended, reason) => this.end(reason),
      onPause: () => (this.tell(), this.say("camera_rests")),
    });
  }

  grow(take) {
    this.takes.grow(take, part("sent-along").checked);
    if (this.store.isFull) this.say("device_full");
  }

  holdOrGoOn() {
    if (this.making.isPaused) this.making.goOn();
    else this.making.pause();
    this.say(this.making.isPaused ? "on_pause" : "recording");
    this.tell();
  }

  tick() {
    this.making.look();
    this.showClock(this.making.seconds);
  }

  showClock(seconds) {
    const { shortest_seconds: shortest, longest_seconds: longest } = config;
    const tone = longest - seconds <= Math.min(SOON_SECONDS, longest / 6) ? "ends_soon" : seconds >= shortest ? "long_enough" : "not_yet";
    part("clock").textContent = clock(seconds);
    part("clock").dataset.tone = tone;
    say(part("clock-words"), words.say(tone, { shortest: clock(shortest), longest: clock(longest) }));
  }

  end(reason) {
    clearInterval(this.ticking);
    this.making = null;
    this.prompter.rest();
    this.tell();
    const hasTake = this.takes.end();
    if (!hasTake) part(this.stream ? "record" : "turn-on").focus();
    const name = hasTake ? ENDINGS[reason] : "nothing";
    const isHere = name === "kept" && !this.store.isLasting;
    this.say(isHere ? "kept_in_page" : name, { longest: clock(config.longest_seconds) });
  }

  // Show the buttons that mean something now; who pressed one that goes away stands on the one in its place.
  tell() {
    keepFocus(() => this.showButtons(), () => this.mainButton);
  }

  get mainButton() {
    if (this.counting !== null) return part("cancel");
    if (this.making === null) return part("record");
    return part(this.making.canPause ? "hold" : "end");
  }

  showButtons() {
    const isMaking = this.making !== null;
    const isPaused = Boolean(this.making?.isPaused);
    part("record").hidden = isMaking || this.counting !== null;
    part("cancel").hidden = part("count").hidden = this.counting === null;
    part("hold").hidden = !isMaking || !this.making.canPause;
    part("end").hidden = !isMaking;
    part("hold").textContent = words.say(isPaused ? "take_go_on" : "take_pause");
    part("choices").hidden = isMaking || this.counting !== null;
    part("frame").dataset.state = isPaused ? "paused" : isMaking ? "recording" : "ready";
    if (isPaused) this.prompter.rest();
    else if (isMaking) this.prompter.move();
    if (!isMaking) this.showClock(0);
  }
}
