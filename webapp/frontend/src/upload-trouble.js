// Why an upload waits, in a word, and the clock that its waits go by.

export function reasonOf(status) {
  if (status === 507) return "no_room";
  if (status >= 500) return "server_away";
  return navigator.onLine ? "waiting" : "offline";
}

// Seconds; setting the machine's clock does not move it.
export function now() {
  return performance.now() / 1000;
}
