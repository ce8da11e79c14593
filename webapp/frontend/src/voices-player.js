// The recording with every sound that it has, chosen by name below the picture.
import Hls from "hls.js";
import { RangeLoader } from "./player-ranges.js";

const SECONDS_BEFORE_PLAY = 4;
const SECONDS_IN_PLAY = 30;

const OPTIONS = {
  fLoader: RangeLoader,
  maxBufferLength: SECONDS_BEFORE_PLAY,
  enableWorker: false, // fMP4 needs no remuxing, and a worker would need a wider security policy
  renderTextTracksNatively: true,
};

export function playSounds(video, place) {
  if (!Hls.isSupported()) return; // the browser plays the stream itself, and has a menu of its own
  const hls = new Hls(OPTIONS);
  const choice = place.querySelector("select");
  hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, (_, { audioTracks }) => {
    choice.replaceChildren(...audioTracks.map(({ name }, index) => new Option(name, index)));
    choice.value = Math.max(0, hls.audioTrack);
    place.hidden = audioTracks.length < 2;
  });
  choice.addEventListener("change", () => { hls.audioTrack = Number(choice.value); });
  video.removeAttribute("src");
  hls.loadSource(video.dataset.voicesManifest);
  hls.attachMedia(video);
  video.addEventListener("play", () => { hls.config.maxBufferLength = SECONDS_IN_PLAY; }, { once: true });
}
