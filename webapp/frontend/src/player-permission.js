// Watching by a link that can be revoked at any moment, and media behind addresses that work for a short time.

const ASKED_EVERY_MILLISECONDS = 4000;
const GONE = [401, 403, 404, 410];
const SIGNED_AT = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const BEFORE_THE_END_SECONDS = 10;
const firstUsed = new Map();

// Whether this page came by a mission's link; what is public is asked for by nobody again and again.
export function isByLink(path = location.pathname) {
  return /\/m\/[\w-]{40,}\//.test(path);
}

// Says once that watching began: counted is the mission, never who.
export function sayPlayed(video) {
  const say = () => fetch("./?played", { method: "HEAD", cache: "no-store" }).catch(() => {});
  video.addEventListener("playing", say, { once: true });
}

// Asks while something plays whether it may still be watched, and tells once when it may not.
export function watchPermission(video, onGone) {
  let timer = 0;
  const ask = async () => {
    try {
      const answer = await fetch("./", { method: "HEAD", cache: "no-store" });
      if (GONE.includes(answer.status)) return onGone();
    } catch {
      // A line that dropped is no refusal: what plays on was let through before.
    }
    timer = video.paused ? 0 : setTimeout(ask, ASKED_EVERY_MILLISECONDS);
  };
  video.addEventListener("play", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, ASKED_EVERY_MILLISECONDS);
  });
}

// How long ago an address was signed: by the clock, which may be slow, or since it was first used here.
function ageSeconds([moment, year, month, ...rest], now) {
  if (!firstUsed.has(moment)) firstUsed.set(moment, performance.now());
  const since = performance.now() - firstUsed.get(moment);
  return Math.max(now - Date.UTC(year, month - 1, ...rest), since) / 1000;
}

// The address to ask at now. A manifest by a link comes with signed addresses in it where it is asked for so; one of
// media is a signed one while it works, then the portal's own, which leads to a fresh one.
export function currentAddress(address, now = Date.now(), country = new URL("./", document.baseURI)) {
  const asked = new URL(address, country);
  if (asked.pathname.endsWith(".m3u8") && isByLink(asked.pathname)) {
    asked.searchParams.set("signed", "");
    return asked.href;
  }
  const signed = SIGNED_AT.exec(asked.searchParams.get("X-Amz-Date") ?? "");
  if (!signed) return address;
  const seconds = Number(asked.searchParams.get("X-Amz-Expires")) - BEFORE_THE_END_SECONDS;
  if (ageSeconds(signed, now) < seconds) return address;
  const place = asked.pathname.lastIndexOf("/media/");
  return new URL(asked.pathname.slice(place + 1), country).href;
}
