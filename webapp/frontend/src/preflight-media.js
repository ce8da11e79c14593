// What can be known of a chosen file before it is sent. A browser that cannot read it is no reason to refuse it.
import { readContainer } from "./preflight-container.js";

const PATIENCE_SECONDS = 8;
const SOUND_SECONDS = 2;

// { seconds, width, height, hasPicture, hasSound }; `hasSound` is null where the browser does not tell, and all of it
// is null where the file cannot be read here.
export async function lookInto(file) {
  try {
    return (await readContainer(file)) ?? (await playALittle(file));
  } catch {
    return null;
  }
}

async function playALittle(file) {
  const player = document.createElement("video");
  const address = URL.createObjectURL(file);
  try {
    player.muted = true;
    player.playsInline = true;
    player.preload = "metadata";
    player.src = address;
    if (!(await isReady(player))) return null;
    return {
      seconds: Number.isFinite(player.duration) ? player.duration : 0,
      width: player.videoWidth,
      height: player.videoHeight,
      hasPicture: player.videoWidth > 0,
      hasSound: await hasSound(player),
    };
  } finally {
    player.removeAttribute("src");
    player.load();
    URL.revokeObjectURL(address);
  }
}

function isReady(player) {
  return new Promise((resolve) => {
    player.addEventListener("loadedmetadata", () => resolve(true), { once: true });
    player.addEventListener("error", () => resolve(false), { once: true });
    setTimeout(() => resolve(false), PATIENCE_SECONDS * 1000);
  });
}

// Each browser tells it in its own way; one of them only while it plays.
async function hasSound(player) {
  if (typeof player.mozHasAudio === "boolean") return player.mozHasAudio;
  if (player.audioTracks) return player.audioTracks.length > 0;
  if (typeof player.webkitAudioDecodedByteCount !== "number") return null;
  await player.play().catch(() => {});
  const until = performance.now() + SOUND_SECONDS * 1000;
  while (player.webkitAudioDecodedByteCount === 0 && !player.ended && performance.now() < until) await pause(50);
  player.pause();
  return player.webkitAudioDecodedByteCount > 0;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
