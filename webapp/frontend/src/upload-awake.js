// Keeps a phone's screen on while something is being sent, where the browser can; it lets go when the page is hidden.
let wanted = false;
let lock = null;

export function keepAwake(isWanted) {
  wanted = isWanted;
  if (wanted) hold();
  else release();
}

async function hold() {
  if (!wanted || lock || !navigator.wakeLock || document.visibilityState !== "visible") return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => (lock = null));
    if (!wanted) release();
  } catch {
    lock = null; // low battery, for example; the upload goes on
  }
}

function release() {
  lock?.release().catch(() => {});
  lock = null;
}

document.addEventListener("visibilitychange", hold);
