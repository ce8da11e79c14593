// Keys: a few with Ctrl or Alt while a text is written, single ones beside it. Single keys can be turned off.
const STORED = "editor-keys";
const WRITES = "input:not([type=checkbox], [type=radio]), textarea, select";
const PRESSES = "button, a, summary, input, label, select";

export function listenForKeys(deeds, { list, player, toggle }) {
  toggle.checked = localStorage.getItem(STORED) !== "off";
  toggle.addEventListener("change", () => localStorage.setItem(STORED, toggle.checked ? "on" : "off"));
  const single = singleKeys(deeds, player);
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const deed = whileWriting(event, deeds, list) ?? (mayBeSingle(event, toggle) ? single(event) : null);
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}

// The key by its sign; on keyboards of other scripts by its place, as on an English one.
function keyOf({ key, code, shiftKey }) {
  if (key.length > 1) return key;
  if (/^[\x20-\x7e]$/.test(key)) return shiftKey ? key : key.toLowerCase();
  if (code === "Slash") return shiftKey ? "?" : "/";
  return /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : key;
}

function mayBeSingle(event, toggle) {
  if (!toggle.checked || event.ctrlKey || event.altKey || event.metaKey || event.getModifierState("AltGraph") || event.target.matches(WRITES)) return false;
  if ([" ", "Enter"].includes(event.key) && event.target.matches(PRESSES)) return false; // the page's own meaning
  return !(event.target.matches("video") && event.key !== "?");
}

// Those that work everywhere, also while a text is written.
function whileWriting(event, deeds, list) {
  const { shiftKey } = event;
  const key = keyOf(event);
  const isCommand = event.ctrlKey || event.metaKey;
  if (key === "Escape" && event.target.matches(WRITES) && list.element.contains(event.target)) return () => list.go(list.current, { isWriting: false });
  if (event.altKey && !isCommand && key === "Enter") return deeds.break_lines;
  if (!isCommand || event.altKey) return null;
  if (key === "Enter") return () => deeds.step(shiftKey ? -1 : 1, true);
  if (event.code === "Space") return shiftKey ? deeds.play_cue : deeds.play;
  const isInList = list.element.contains(event.target) || !event.target.matches(WRITES);
  if (key.toLowerCase() === "z" && isInList) return shiftKey ? deeds.redo : deeds.undo;
  if (key.toLowerCase() === "y" && isInList) return deeds.redo;
  return null;
}

function singleKeys(deeds, player) {
  const plain = {
    "?": deeds.help,
    "/": deeds.find,
    " ": deeds.play,
    Enter: deeds.enter,
    ArrowUp: () => deeds.step(-1, false),
    ArrowDown: () => deeds.step(1, false),
    Delete: deeds.delete,
    p: deeds.play_cue,
    h: deeds.play_from,
    g: deeds.problem,
    i: deeds.start_here,
    o: deeds.end_here,
    a: () => deeds.nudge([["startMs", -1]]),
    s: () => deeds.nudge([["startMs", 1]]),
    d: () => deeds.nudge([["endMs", -1]]),
    f: () => deeds.nudge([["endMs", 1]]),
    q: () => deeds.nudge([["startMs", -1], ["endMs", -1]]),
    w: () => deeds.nudge([["startMs", 1], ["endMs", 1]]),
    n: deeds.insert,
    x: deeds.split,
    m: deeds.merge,
    b: deeds.break_lines,
    c: deeds.confirm,
    t: deeds.note,
    v: deeds.place,
    e: deeds.earlier,
    u: deeds.undo,
    r: deeds.redo,
  };
  return (event) => {
    const { shiftKey } = event;
    const key = keyOf(event);
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const by = (shiftKey ? 100 : 1000) * (key === "ArrowLeft" ? -1 : 1);
      return () => player.seek(player.nowMs + by);
    }
    return plain[key] ?? null;
  };
}
