// What all parts of the recorder's page share: its elements, its settings, its words.
import { Words } from "./upload-words.js";

export const part = (name, within = document) => within.querySelector(`[data-part="${name}"]`);
export const config = JSON.parse(part("recorder-config").textContent);
export const words = new Words(JSON.parse(part("recorder-words").textContent), document.documentElement.lang);

// Say it once: the same words again would be read out again.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Change what is shown without losing the reader's place: where the focus stood on something that is hidden, or gone,
// afterwards, it goes to `place()`.
export function keepFocus(change, place) {
  const before = document.activeElement;
  change();
  if (before && before !== document.body && before.getClientRects().length === 0) place()?.focus();
}

// The place to begin at. Where there is nothing to record with, neither of the stage's buttons is there.
export function firstButton() {
  return ["record", "turn-on", "back"].map((name) => part(name)).find((button) => button.getClientRects().length > 0);
}

// `4:05` of 245 seconds.
export function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function when(milliseconds) {
  const moment = new Date(milliseconds);
  // The United Nations' English, as everywhere on our pages.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  return moment.toLocaleString(`${language}-u-nu-latn`, { dateStyle: "medium", timeStyle: "short" });
}
