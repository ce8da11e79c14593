// One take in the list: watch it, hand it in, delete it; and how far it is on its way.
import { clock, config, keepFocus, part, say, when, words } from "./recorder-page.js";
import { TakePlayer } from "./recorder-player.js";
import { TakeSender } from "./recorder-sender.js";
import { sizeOf } from "./recorder-store.js";

export class TakeItem {
  // `list` is asked to `changed()`, `beforeSending(item)`, `handedIn(item)` and `removed(item)`.
  constructor({ take, number, store, list, isBrokenOff }) {
    Object.assign(this, { take, number, store, list, isBrokenOff });
    this.sender = null;
    this.element = part("take-form").content.firstElementChild.cloneNode(true);
    this.player = new TakePlayer(this.element, take, store);
    this.part("take-watch").addEventListener("click", () => this.player.show());
    this.part("take-send").addEventListener("click", () => this.handIn());
    this.part("take-pause").addEventListener("click", () => this.pauseOrGoOn());
    this.part("take-discard").addEventListener("click", () => this.askToDiscard());
    this.show();
  }

  part(name) {
    return part(name, this.element);
  }

  get isInMaking() {
    return this.list.isInMaking(this.take);
  }

  // Send what there is, and what comes; what arrives is no recording before the take is chosen.
  send() {
    if (this.sender && !this.sender.isOver) return this.sender.wake();
    this.sender = new TakeSender({ take: this.take, store: this.store, endpoint: config.endpoint, onChange: () => this.hear() });
    this.sender.start();
  }

  async handIn() {
    const size = sizeOf(this.take);
    if (size > config.max_bytes) {
      return this.say(words.say("take_too_large", { size: words.size(size), limit: words.size(config.max_bytes) }));
    }
    this.player.close();
    this.list.beforeSending(this);
    this.take.isChosen = true;
    this.send();
    await this.sender.choose();
    this.part("take-title").focus();
  }

  pauseOrGoOn() {
    if (this.sender.state === "paused") this.sender.goOn();
    else this.sender.pause();
  }

  async askToDiscard() {
    if (window.confirm(words.say("really_discard"))) await this.discard();
  }

  async discard() {
    this.player.close();
    const sender = this.sender ?? (this.take.address ? new TakeSender({ ...this, endpoint: "", onChange: () => {} }) : null);
    const isToldServer = sender ? await sender.stop() : true;
    await this.store.remove(this.take);
    this.list.removed(this, isToldServer ? "discarded" : "discarded_here");
  }

  hear() {
    if (this.sender.state === "done") return this.list.handedIn(this);
    if (this.sender.reason === "refused") this.tellRefusal();
    this.show();
    this.list.changed();
  }

  // A refusal has two reasons: the visit is over, or the statement takes nothing now. The status tells which.
  async tellRefusal() {
    const answer = await fetch(config.status, { headers: { Accept: "application/json" } }).catch(() => null);
    this.say(words.say(answer?.status === 403 ? "link_ended" : "not_now"));
  }

  // A button that goes away under the reader's hand leaves them at the take.
  show() {
    keepFocus(() => this.render(), () => this.part("take-title"));
  }

  render() {
    const { take, sender } = this;
    const isGoing = Boolean(take.isChosen && sender && !sender.isOver);
    const facts = { length: clock(take.seconds), size: words.size(sizeOf(take)), when: when(take.begunAt) };
    say(this.part("take-title"), words.say("take", { number: this.number }));
    say(this.part("take-facts"), words.say("take_facts", facts));
    this.showNote();
    for (const name of ["take-watch", "take-send", "take-discard"]) this.part(name).hidden = isGoing || this.isInMaking;
    this.part("take-discard").hidden = this.isInMaking;
    this.part("take-send").textContent = words.say(take.isChosen ? "keep_on" : "hand_in");
    this.part("take-pause").hidden = !isGoing || sender.state === "finishing";
    this.part("take-pause").textContent = words.say(sender?.state === "paused" ? "take_go_on" : "take_pause");
    this.showProgress(isGoing);
    this.say(this.sentence());
  }

  showNote() {
    const notes = [];
    if (this.isBrokenOff) notes.push(words.say("take_broken_off"));
    const isShort = !this.isInMaking && this.take.seconds < config.shortest_seconds - config.tolerance_seconds;
    if (isShort) notes.push(words.say("take_short", { shortest: clock(config.shortest_seconds) }));
    say(this.part("take-note"), notes.join(" "));
    this.part("take-note").hidden = notes.length === 0;
  }

  showProgress(isGoing) {
    const sent = this.sender?.sentBytes ?? 0;
    const total = sizeOf(this.take);
    this.part("take-bar").hidden = this.part("take-numbers").hidden = !isGoing;
    if (!isGoing) return;
    this.part("take-bar").value = total ? Math.floor((100 * sent) / total) : 0;
    const progress = words.say("progress", { sent: words.size(sent), total: words.size(total) });
    const rate = this.sender.speed.bytesPerSecond;
    const speed = rate > 0 ? words.say("speed", { speed: words.size(rate), time: words.time((total - sent) / rate) }) : "";
    this.part("take-numbers").textContent = [progress, speed].filter(Boolean).join(" · ");
  }

  sentence() {
    const { take, sender } = this;
    if (!sender) return take.isChosen ? words.say("rest_kept") : words.say("stays_here");
    const percent = Math.floor((100 * sender.sentBytes) / Math.max(1, sizeOf(take)));
    if (sender.state === "failed") return this.failure(sender.reason);
    if (sender.state === "waiting") return words.say(sender.reason, { percent, seconds: coarse(sender.waitSeconds) });
    if (sender.state === "stopped") return words.say("stopping");
    if (take.isChosen) return this.goingSentence(sender.state, percent);
    if (sender.state === "idle") return words.say("all_sent_along");
    return words.say("sent_along", { sent: words.size(sender.sentBytes) });
  }

  goingSentence(state, percent) {
    if (state === "paused") return words.say("paused", { percent });
    if (state === "finishing") return words.say("finishing");
    return words.say("sending", { percent: percent - (percent % 10) });
  }

  failure(reason) {
    if (reason === "refused") return this.part("take-said").textContent;
    return words.say(reason, { size: words.size(sizeOf(this.take)), limit: words.size(config.max_bytes) });
  }

  say(text) {
    say(this.part("take-said"), text);
  }
}

function coarse(seconds) {
  return seconds > 10 ? Math.ceil(seconds / 10) * 10 : seconds;
}
