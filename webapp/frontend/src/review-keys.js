// Single keys on the review: only while nothing is being written, never with Ctrl, Alt or Meta, and only while wanted.
// Nothing is decided by a key alone: `a` and `b` lead to the button and the form, which Enter then presses.
const STORED = "review-keys";
const STEP_SECONDS = 5;
const WRITES = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const MOVES = "video, input, [role=region]";
const PRESSES = "button, a, summary, video, input, label";

const part = (name) => document.querySelector(`[data-part="${name}"]`);

export function listenForKeys(moments) {
  const panel = part("keys");
  const toggle = part("keys-on");
  if (!panel || !toggle) return;
  panel.hidden = false;
  toggle.checked = localStorage.getItem(STORED) !== "off";
  toggle.addEventListener("change", () => localStorage.setItem(STORED, toggle.checked ? "on" : "off"));
  const deeds = keysOf(moments, panel);
  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || event.ctrlKey || event.altKey || event.metaKey || event.target.matches(WRITES)) return;
    if (event.key === " " && event.target.matches(PRESSES)) return; // the page's own meaning goes first
    if (event.key.startsWith("Arrow") && event.target.matches(MOVES)) return;
    const deed = deeds[event.key];
    if (!deed || deed() === false) return;
    event.preventDefault();
  });
}

function keysOf(moments, panel) {
  const withPlayer = (deed) => () => (moments.player ? deed() : false);
  return {
    j: () => follow("j"),
    k: () => follow("k"),
    " ": withPlayer(() => playOrPause(moments.player)),
    ArrowLeft: withPlayer(() => moments.move(-STEP_SECONDS)),
    ArrowRight: withPlayer(() => moments.move(STEP_SECONDS)),
    n: withPlayer(() => moments.next()),
    a: () => focus(document.querySelector('form[action$="/approve"] button')),
    b: () => openSendBack(),
    c: () => comment(moments),
    "?": () => focus(panel),
  };
}

function playOrPause(player) {
  if (player.paused) player.play().catch(() => {});
  else player.pause();
}

function follow(key) {
  const link = document.querySelector(`[data-key="${key}"]`);
  if (!link) return false;
  link.click();
  return true;
}

function focus(element) {
  if (!element) return false;
  if (!element.matches("button, a, input, textarea, summary")) element.tabIndex = -1;
  element.focus();
  element.scrollIntoView({ block: "center" });
  return true;
}

function openSendBack() {
  const details = part("send-back");
  if (!details) return false;
  details.open = true;
  return focus(details.querySelector("input[type=checkbox], textarea"));
}

function comment(moments) {
  const field = part("comment");
  if (!field) return false;
  moments.write('[data-part="comment-at"]');
  return focus(field);
}
