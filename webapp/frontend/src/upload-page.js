// The parts of the page that show how an upload goes.
const part = (name) => document.querySelector(`[data-part="${name}"]`);

export class UploadPage {
  constructor(words) {
    this.words = words;
    this.title = document.title;
    this.handIn = part("hand-in");
    this.form = part("file-form");
    this.picking = part("picking");
    this.input = part("file");
    this.send = part("send");
    this.pause = part("pause");
    this.stop = part("stop");
    this.shared = part("shared");
    this.preflight = part("preflight");
    this.said = part("said");
    this.away = part("away");
    this.numbers = part("numbers");
    this.bar = part("bar");
  }

  say(text) {
    // The same words again would be read out again.
    if (this.said.textContent !== text) this.said.textContent = text;
  }

  sayOfAbsence(text) {
    this.away.textContent = text;
    this.away.hidden = !text;
  }

  offerToSend(name) {
    this.send.textContent = this.words.say(name);
    this.send.hidden = false;
  }

  show({ state, isActive, file, sentBytes, speed }) {
    const percent = percentOf(file, sentBytes);
    this.picking.hidden = isActive;
    this.send.hidden ||= isActive;
    this.bar.hidden = this.numbers.hidden = !isActive;
    this.pause.hidden = this.stop.hidden = !isActive || state === "finishing" || state === "stopping";
    this.pause.textContent = this.words.say(state === "paused" ? "go_on" : "pause");
    this.bar.value = percent;
    this.numbers.textContent = this.numbersOf(file, sentBytes, state === "sending" ? speed.bytesPerSecond : 0);
    // Seen in the list of open pages too, by somebody who looks at another one meanwhile.
    document.title = isActive ? `${this.words.say("percent", { percent })} · ${this.title}` : this.title;
  }

  numbersOf(file, sentBytes, bytesPerSecond) {
    const progress = this.words.say("progress", { sent: this.words.size(sentBytes), total: this.words.size(file.size) });
    if (bytesPerSecond <= 0) return progress;
    const values = { speed: this.words.size(bytesPerSecond), time: this.words.time((file.size - sentBytes) / bytesPerSecond) };
    return `${progress} · ${this.words.say("speed", values)}`;
  }
}

// What is said of a transfer's state.
export function sentenceOf({ state, reason, file, sentBytes, waitSeconds }, { words, maxBytes, isShared }) {
  const percent = percentOf(file, sentBytes);
  // In steps of ten, so that a screen reader is not kept busy.
  if (state === "sending") return words.say("sending", { percent: percent - (percent % 10) });
  if (state === "waiting") return words.say(reason, { percent, seconds: waitSeconds > 10 ? Math.ceil(waitSeconds / 10) * 10 : waitSeconds });
  if (state === "failed") return words.say(reason === "refused" ? "not_now" : reason, { size: words.size(file.size), limit: words.size(maxBytes) });
  if (state === "done" && isShared) return words.say("done_shared");
  return words.say(state, { percent });
}

function percentOf(file, sentBytes) {
  return Math.floor((100 * sentBytes) / file.size);
}
