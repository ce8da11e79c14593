// How fast the line to our own server is, measured with few bytes: people pay for what they send.
const FIRST_BYTES = 64 * 1024;
const MORE_BYTES = 256 * 1024;
const QUICK_SECONDS = 0.4;
const PATIENCE_SECONDS = 20;

// Bytes in a second, or 0 where it cannot be told.
export async function measureLine(address) {
  try {
    const roundTrip = await secondsFor(address, 0);
    const first = await secondsFor(address, FIRST_BYTES);
    if (first > QUICK_SECONDS) return rate(FIRST_BYTES, first - roundTrip);
    return rate(MORE_BYTES, (await secondsFor(address, MORE_BYTES)) - roundTrip);
  } catch {
    return 0;
  }
}

async function secondsFor(address, bytes) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_SECONDS * 1000);
  const begun = performance.now();
  try {
    const answer = await fetch(address, { method: "POST", body: new Blob(pieces(bytes)), signal: stop.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    return (performance.now() - begun) / 1000;
  } finally {
    clearTimeout(timer);
  }
}

// Random, so that nothing on the way can make them fewer.
function pieces(bytes) {
  return Array.from({ length: bytes / FIRST_BYTES }, () => crypto.getRandomValues(new Uint8Array(FIRST_BYTES)));
}

function rate(bytes, seconds) {
  return bytes / Math.max(seconds, 0.02);
}
