// Plays a recording on the staff's review page: the browser's own controls over hls.js. The first seconds are fetched
// at once; the subtitles are those of this moment and are chosen in the video's own menu.
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

function attach(video) {
  const problem = document.querySelector("[data-player-problem]");
  const hls = new Hls(OPTIONS);
  let hasRecovered = false;
  hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR && !hasRecovered) {
      hasRecovered = true;
      hls.recoverMediaError();
    } else if (problem) {
      problem.hidden = false;
    }
  });
  video.removeAttribute("src");
  hls.loadSource(video.dataset.manifest);
  hls.attachMedia(video);
  video.addEventListener("play", () => { hls.config.maxBufferLength = SECONDS_IN_PLAY; }, { once: true });
}

for (const video of document.querySelectorAll("video[data-manifest]")) {
  if (Hls.isSupported()) attach(video);
}
