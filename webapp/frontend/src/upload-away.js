// Notices that the page was in the background while it was sending: phones let such pages sleep.
const UNNOTICED_SECONDS = 5;

// `onReturn(seconds)` is called when the reader comes back after a while during which `isSending()`.
export function watchAbsence({ isSending, onReturn }) {
  let leftAt = null;
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      leftAt = isSending() ? Date.now() : null;
    } else if (leftAt !== null) {
      const seconds = (Date.now() - leftAt) / 1000;
      leftAt = null;
      if (seconds > UNNOTICED_SECONDS) onReturn(seconds);
    }
  });
}
