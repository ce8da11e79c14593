// The speaker's page: choosing a file, sending it over a bad line, and hearing what became of it. Without this script
// the same form sends small files.
import { keepAwake } from "./upload-awake.js";
import { saveConsentAtOnce } from "./upload-consent.js";
import { isReadable, isSameFile } from "./upload-file.js";
import { Status } from "./upload-status.js";
import { Transfer } from "./upload-transfer.js";
import { Words } from "./upload-words.js";

const part = (name) => document.querySelector(`[data-part="${name}"]`);
const config = JSON.parse(part("upload-config").textContent);
const words = new Words(JSON.parse(part("upload-words").textContent), document.documentElement.lang);

const form = part("file-form");
const picking = part("picking");
const input = part("file");
const send = part("send");
const said = part("said");
const numbers = part("numbers");
const bar = part("bar");
const pause = part("pause");
const stop = part("stop");

let unfinished = config.unfinished;
let transfer = null;
let chosenAddress = null;

function say(text) {
  // The same words again would be read out again.
  if (said.textContent !== text) said.textContent = text;
}

async function choose() {
  const file = input.files[0];
  send.hidden = true;
  chosenAddress = null;
  if (!file) return sayUnfinished();
  const problem = await problemOf(file);
  if (problem) return say(problem);
  const isSame = unfinished !== null && (await isSameFile(file, unfinished));
  if (isSame) chosenAddress = unfinished.address;
  say(isSame ? sentWords("same") : unfinished ? words.say("different") : words.say("chosen", { size: words.size(file.size) }));
  send.textContent = words.say(isSame ? "resume" : "send");
  send.hidden = false;
}

async function problemOf(file) {
  const size = words.size(file.size);
  if (file.size === 0) return words.say("empty");
  if (file.size > config.max_bytes) return words.say("too_large", { size, limit: words.size(config.max_bytes) });
  return (await isReadable(file)) ? "" : words.say("unreadable");
}

function sentWords(name) {
  return words.say(name, { sent: words.size(unfinished.offset_bytes), total: words.size(unfinished.length_bytes) });
}

function sayUnfinished() {
  say(unfinished ? sentWords("interrupted") : "");
}

function begin(event) {
  event.preventDefault();
  const file = input.files[0];
  if (!file || send.hidden || transfer?.isActive) return;
  say(words.say("preparing"));
  transfer = new Transfer({ file, address: chosenAddress, endpoint: config.endpoint, onChange: show });
  transfer.start();
  pause.focus();
}

function show({ state, reason, file, sentBytes, speed, waitSeconds, isActive }) {
  const percent = Math.floor((100 * sentBytes) / file.size);
  picking.hidden = isActive;
  send.hidden ||= isActive;
  bar.hidden = numbers.hidden = !isActive;
  pause.hidden = stop.hidden = !isActive || state === "finishing" || state === "stopping";
  pause.textContent = words.say(state === "paused" ? "go_on" : "pause");
  bar.value = percent;
  numbers.textContent = numbersOf(file, sentBytes, speed, state);
  say(sentence(state, reason, percent, waitSeconds));
  keepAwake(state === "sending" || state === "finishing" || state === "waiting");
  if (!isActive) settle(state, reason);
}

function sentence(state, reason, percent, waitSeconds) {
  // In steps of ten, so that a screen reader is not kept busy.
  if (state === "sending") return words.say("sending", { percent: percent - (percent % 10) });
  if (state === "waiting") return words.say(reason, { percent, seconds: waitSeconds > 10 ? Math.ceil(waitSeconds / 10) * 10 : waitSeconds });
  if (state === "failed") return words.say(reason === "refused" ? "not_now" : reason, { size: "", limit: words.size(config.max_bytes) });
  return words.say(state, { percent });
}

function numbersOf(file, sentBytes, speed, state) {
  const progress = words.say("progress", { sent: words.size(sentBytes), total: words.size(file.size) });
  const rate = speed.bytesPerSecond;
  if (state !== "sending" || rate <= 0) return progress;
  const left = words.time((file.size - sentBytes) / rate);
  return `${progress} · ${words.say("speed", { speed: words.size(rate), time: left })}`;
}

function settle(state, reason) {
  form.reset();
  send.hidden = true;
  unfinished = null;
  input.focus();
  // A refusal has two reasons: the visit is over, or the statement takes nothing now. The status tells which.
  if (state === "done" || reason === "refused") status.hasNewsSoon = true;
  status.ask();
}

function askToStop() {
  if (window.confirm(words.say("really_stop"))) transfer.stop();
}

function showNews(news) {
  part("hand-in").hidden = !news.can_receive && !transfer?.isActive;
  if (transfer?.isActive || !send.hidden) return;
  unfinished = news.unfinished;
  if (unfinished) sayUnfinished();
}

const status = new Status({
  address: config.status,
  panel: part("standing"),
  hasNewsSoon: config.has_news_soon,
  onNews: showNews,
  onEnded: () => transfer?.isActive || say(words.say("link_ended")),
});

send.hidden = true;
input.addEventListener("change", choose);
form.addEventListener("submit", begin);
pause.addEventListener("click", () => (transfer.state === "paused" ? transfer.goOn() : transfer.pause()));
stop.addEventListener("click", askToStop);
window.addEventListener("beforeunload", (event) => {
  if (transfer?.isActive) event.preventDefault();
});
const consentForm = part("consent-form");
if (consentForm) saveConsentAtOnce({ form: consentForm, said: part("consent-said"), notice: part("notice"), words });
sayUnfinished();
status.ask();
