// Staff send a file for a speaker: the resumable upload in its plainest form, tried again when the line breaks.
import { Upload } from "tus-js-client";

const RETRY_MILLISECONDS = [0, 1000, 3000, 5000, 10000, 20000, 20000, 20000];
const FORBIDDEN = 403;

const part = (name) => document.querySelector(`[data-part="staff-${name}"]`);
const place = part("upload");
const [file, send, stop, bar, said] = ["file", "send", "stop", "bar", "said"].map(part);
let upload = null;

function say(name) {
  said.textContent = name ? said.dataset[name] : "";
}

function choose() {
  const chosen = file.files[0];
  const isTooLarge = Boolean(chosen) && chosen.size > Number(place.dataset.max);
  say(isTooLarge ? "large" : "");
  send.disabled = !chosen || chosen.size === 0 || isTooLarge;
}

function show(isSending) {
  send.hidden = file.disabled = isSending;
  stop.hidden = bar.hidden = !isSending;
}

function begin(event) {
  event.preventDefault();
  upload = new Upload(file.files[0], {
    endpoint: place.dataset.endpoint,
    retryDelays: RETRY_MILLISECONDS,
    storeFingerprintForResuming: false,
    onProgress: (sent, total) => { bar.value = total ? sent / total : 0; },
    onSuccess: () => {
      say("done");
      location.assign(new URL("..", new URL(place.dataset.endpoint, location.href)));
    },
    onError: (error) => {
      show(false);
      say(error.originalResponse?.getStatus() === FORBIDDEN ? "refused" : "failed");
    },
  });
  show(true);
  say("sending");
  upload.start();
}

async function giveUp() {
  await upload?.abort(true).catch(() => {});
  show(false);
  say("");
}

file.addEventListener("change", choose);
send.form.addEventListener("submit", begin);
stop.addEventListener("click", giveUp);
choose();
