// The speaker's page: choosing a file, sending it over a bad line, and hearing what became of it. Without this script
// the same form sends small files.
import { Preflight } from "./preflight.js";
import { keepAwake } from "./upload-awake.js";
import { watchAbsence } from "./upload-away.js";
import { saveConsentAtOnce } from "./upload-consent.js";
import { saveWrittenFields } from "./upload-fields.js";
import { unfoldWhereLinksLead } from "./upload-folded.js";
import { isReadable, isSameFile } from "./upload-file.js";
import { KeptFile } from "./upload-kept.js";
import { UploadPage, sentenceOf } from "./upload-page.js";
import { offerSharedChoice } from "./upload-shared.js";
import { Status } from "./upload-status.js";
import { KeptTakes } from "./upload-takes.js";
import { Transfer } from "./upload-transfer.js";
import { Words } from "./upload-words.js";

const part = (name) => document.querySelector(`[data-part="${name}"]`);
const config = JSON.parse(part("upload-config").textContent);
const words = new Words(JSON.parse(part("upload-words").textContent), document.documentElement.lang);
const page = new UploadPage(words);
const kept = new KeptFile({ workerAddress: page.handIn.dataset.keeper, scope: config.scope, hours: config.kept_hours });
const takes = new KeptTakes({ scope: config.scope, words });
const preflight = new Preflight({ panel: page.preflight, lineAddress: config.line, limit: config.limit, words });

let unfinished = config.unfinished;
let isShared = config.is_shared;
let transfer = null;
let chosen = null; // { file, address }: what the button sends, and the upload that it continues
let hasWarnedOfFields = false;

async function choose() {
  const file = page.input.files[0];
  forgetChoice();
  if (!file) return sayUnfinished();
  const problem = await problemOf(file);
  if (problem) return page.say(problem);
  const isSame = unfinished !== null && (await isSameFile(file, unfinished));
  if (file !== page.input.files[0]) return; // another one was chosen meanwhile
  chosen = { file, address: isSame ? unfinished.address : null };
  page.say(isSame ? sentWords("same") : words.say(unfinished ? "different" : "chosen", { size: words.size(file.size) }));
  page.offerToSend(isSame ? "resume" : "send");
  if (!isSame) await preflight.look(file);
}

function forgetChoice() {
  chosen = null;
  page.send.hidden = true;
  preflight.hide();
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

// An interrupted upload goes on with the file that this browser kept, or with the same file chosen again.
async function sayUnfinished() {
  await kept.forgetOthers(unfinished && nameIn(unfinished.address));
  if (!unfinished) return page.say("");
  const file = await kept.find(nameIn(unfinished.address), unfinished.length_bytes);
  const isOurs = file !== null && (await isSameFile(file, unfinished));
  if (page.input.files[0] || transfer?.isActive) return; // the reader was faster
  page.say(sentWords(isOurs ? "interrupted_kept" : "interrupted"));
  if (!isOurs) return;
  chosen = { file, address: unfinished.address };
  page.offerToSend("resume");
}

async function begin(event) {
  event.preventDefault();
  if (!chosen || transfer?.isActive) return;
  page.say(words.say("preparing"));
  if (!(await mayGoOn())) return;
  if (!chosen || transfer?.isActive) return;
  preflight.hide();
  transfer = new Transfer({ ...chosen, endpoint: config.endpoint, findSpare, onChange: show });
  transfer.start();
  page.pause.focus();
}

// What was typed is saved first; what is to be hidden has to be.
async function mayGoOn() {
  const { isAny, isNeeded } = await saveWrittenFields();
  if (!isAny || (hasWarnedOfFields && !isNeeded)) return true;
  hasWarnedOfFields = true; // asked again, the recording goes all the same
  page.say(words.say(isNeeded ? "protection_not_saved" : "fields_not_saved"));
  return false;
}

// The recorder is another page: what was typed here, or chosen, goes with the reader.
async function goToRecorder(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { href } = event.currentTarget;
  const { isAny, isNeeded } = await saveWrittenFields();
  if (!isAny || (hasWarnedOfFields && !isNeeded)) return location.assign(href);
  hasWarnedOfFields = true;
  page.say(words.say(isNeeded ? "protection_not_saved" : "not_saved"));
}

function findSpare(address) {
  return kept.find(nameIn(address), transfer.file.size);
}

function show(running) {
  const { state, file, address, isActive } = running;
  page.show(running);
  page.say(sentenceOf(running, { words, maxBytes: config.max_bytes, isShared }));
  keepAwake(state === "sending" || state === "finishing" || state === "waiting");
  if (isActive && address && !isShared) kept.keep(nameIn(address), file);
  if (!isActive) settle(running);
}

function nameIn(address) {
  return address.slice(address.lastIndexOf("/") + 1);
}

function settle({ state, reason, address }) {
  page.form.reset();
  page.shared.checked = isShared;
  page.sayOfAbsence("");
  forgetChoice();
  // What was given up can be continued another day; then the copy of its file is still of use.
  if (address && reason !== "gave_up" && reason !== "refused") kept.forget(nameIn(address));
  unfinished = null;
  page.input.focus();
  if (state === "done") takes.show({ isShared });
  // A refusal has two reasons: the visit is over, or the statement takes nothing now. The status tells which.
  if (state === "done" || reason === "refused") status.hasNewsSoon = true;
  status.ask();
}

function askToStop() {
  if (window.confirm(words.say("really_stop"))) transfer.stop();
}

function share(isChosen) {
  isShared = isChosen;
  if (isShared) kept.forgetOthers(null);
  else if (transfer?.isActive && transfer.address) kept.keep(nameIn(transfer.address), transfer.file);
}

function showNews(news) {
  page.handIn.hidden = !news.can_receive && !transfer?.isActive;
  if (transfer?.isActive || !page.send.hidden) return;
  const isNews = news.unfinished?.address !== unfinished?.address;
  unfinished = news.unfinished;
  if (unfinished && isNews) sayUnfinished();
}

const status = new Status({
  address: config.status,
  panel: part("standing"),
  hasNewsSoon: config.has_news_soon,
  onNews: showNews,
  onEnded: () => transfer?.isActive || page.say(words.say("link_ended")),
});

unfoldWhereLinksLead();
page.send.hidden = true;
page.form.dataset.ready = "";
page.form.noValidate = true; // a file that this browser kept need not be chosen again
page.input.addEventListener("change", choose);
page.form.addEventListener("submit", begin);
page.pause.addEventListener("click", () => (transfer.state === "paused" ? transfer.goOn() : transfer.pause()));
page.stop.addEventListener("click", askToStop);
part("to-recorder")?.addEventListener("click", goToRecorder);
window.addEventListener("beforeunload", (event) => {
  if (transfer?.isActive) event.preventDefault();
});
watchAbsence({
  isSending: () => Boolean(transfer?.isActive) && transfer.state !== "paused",
  onReturn: (seconds) => page.sayOfAbsence(words.say("was_away", { time: words.time(seconds) })),
});
offerSharedChoice({ box: page.shared, form: page.form, address: config.shared, isShared, onChange: share });
const consentForm = part("consent-form");
if (consentForm) saveConsentAtOnce({ form: consentForm, said: part("consent-said"), notice: part("notice"), words });
if (page.input.files[0]) choose(); // picked before this script was there
else sayUnfinished();
takes.show({ isShared: false });
status.ask();
