// Plays HLS in a video element: with hls.js, which is fetched on demand, or by the browser itself where it must.
import { currentAddress } from "./player-permission.js";
import { bringScript, canUnpack, isCompressed } from "./player-scripts.js";
import { showWantedSound, soundPreference } from "./player-sounds.js";
import { dropDoubles, keepShown, showWanted, wantedLanguage } from "./player-subtitles.js";

const SLOW_LINE_BITS_PER_SECOND = 400_000;

const OPTIONS = {
  autoStartLoad: false,
  abrEwmaDefaultEstimate: SLOW_LINE_BITS_PER_SECOND,
  capLevelToPlayerSize: true,
  renderTextTracksNatively: true,
  enableWorker: false, // fMP4 needs no remuxing, and a worker would need a wider security policy
  backBufferLength: 60,
  xhrSetup(request, address) {
    const current = currentAddress(address);
    if (current !== address) request.open("GET", current, true);
  },
};

// Sound and picture of a part begin some milliseconds apart. A player that is sent to the very seam may look for the
// sound in the part before, for ever; a few frames further on it cannot.
const PAST_THE_SEAM_SECONDS = 0.05;
const LONGEST_NUDGE_SECONDS = 0.5;
const STUCK_AFTER_MILLISECONDS = 4000;

export class Stream {
  #video;
  #library;
  #spokenLanguages;
  #onProblem;
  #height = 0;
  #hls = null;
  #uri = "";
  #at = 0;
  #wantsToPlay = false;
  #isLoading = false;
  #seekTimer = 0;
  #nudges = 0;

  constructor(video, { library, spokenLanguages = [], onProblem }) {
    this.#video = video;
    this.#library = library;
    this.#spokenLanguages = spokenLanguages;
    this.#onProblem = onProblem;
    video.textTracks.addEventListener("addtrack", () => this.#nameCaptions());
    video.addEventListener("play", () => this.play());
    video.addEventListener("seeking", () => this.#watchSeek());
    video.addEventListener("playing", () => (this.#nudges = 0));
  }

  // Says what to play next; nothing is fetched until `prepare` or `play`.
  choose(uri, at = 0) {
    this.#close();
    this.#uri = uri;
    this.#at = at;
  }

  // Whole files of subtitles are for browsers that run no scripts; streams bring their own.
  #dropWholeFiles() {
    for (const track of this.#video.querySelectorAll("track:not([kind=metadata])")) track.remove();
  }

  // Fetches the library and the list of renditions and subtitles, but no media.
  async prepare() {
    if (this.#hls || this.#video.hasAttribute("src")) return;
    if (!canUseLibrary()) return this.#openNatively();
    const uri = this.#uri;
    try {
      await loadLibrary(this.#library);
    } catch {
      return this.#onProblem();
    }
    if (uri !== this.#uri || this.#hls) return;
    // Opening pauses a video that was just told to play, and its “play” event is then never heard.
    this.#wantsToPlay ||= !this.#video.paused;
    if (globalThis.Hls.isSupported()) this.#openWithLibrary();
    else this.#openNatively();
  }

  async play() {
    this.#wantsToPlay = true;
    await this.prepare();
    this.#startLoading();
    if (this.#video.paused && this.#isLoading) this.#resume();
  }

  // Plays from the beginning of a part.
  async playFrom(seam) {
    if (this.#isLoading) this.#video.currentTime = seam + PAST_THE_SEAM_SECONDS;
    else this.#at = seam;
    await this.play();
  }

  // Plays from a moment that somebody chose.
  async playAt(seconds) {
    if (this.#isLoading) this.#video.currentTime = seconds;
    else this.#at = seconds;
    await this.play();
  }

  // The lines that a picture is to have, 0 for what the line carries; the browser's own player always decides itself.
  wantHeight(height) {
    this.#height = height;
    if (this.#hls?.levels?.length) this.#hls.nextLevel = this.#wantedLevel();
  }

  // Shows nothing more: what was fetched ahead is dropped too.
  stop() {
    this.#wantsToPlay = false;
    this.#video.pause();
    this.choose(this.#uri, this.#video.currentTime || this.#at);
  }

  async retry() {
    const at = this.#video.currentTime || this.#at;
    this.choose(this.#uri, at);
    await this.play();
  }

  #openWithLibrary() {
    this.#dropWholeFiles();
    const { Hls } = globalThis;
    const hls = new Hls({ ...OPTIONS, subtitlePreference: { lang: wantedLanguage() }, ...soundPreference() });
    this.#hls = hls;
    let hasRecovered = false;
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      hls.startLevel = this.#height ? this.#wantedLevel() : lowestLevel(hls.levels);
      if (this.#height) hls.loadLevel = this.#wantedLevel();
      this.#startLoading();
    });
    hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
      if (!fatal) return;
      if (type === Hls.ErrorTypes.MEDIA_ERROR && !hasRecovered) {
        hasRecovered = true;
        hls.recoverMediaError();
      } else {
        this.#onProblem();
      }
    });
    hls.on(Hls.Events.SUBTITLE_FRAG_PROCESSED, () => dropDoubles(this.#video));
    this.#video.audioTracks.follow(hls, Hls);
    hls.loadSource(this.#uri);
    hls.attachMedia(this.#video);
  }

  // Subtitles in a language that is spoken are captions.
  #nameCaptions() {
    for (const track of this.#video.querySelectorAll("track[kind=subtitles]")) {
      if (this.#spokenLanguages.includes(track.srclang)) track.kind = "captions";
    }
  }

  // -1 leaves it to the player. No level is as high as a statement's best one everywhere.
  #wantedLevel() {
    if (!this.#height) return -1;
    const heights = this.#hls.levels.map(({ height }) => (height <= this.#height ? height : 0));
    return heights.indexOf(Math.max(...heights));
  }

  #startLoading() {
    if (!this.#wantsToPlay || this.#isLoading) return;
    if (this.#hls && !this.#hls.levels?.length) return; // continues when the manifest is there
    this.#isLoading = true;
    this.#hls?.startLoad(this.#at ? this.#at + PAST_THE_SEAM_SECONDS : -1);
    this.#resume();
  }

  #openNatively() {
    this.#dropWholeFiles();
    keepShown(this.#video);
    this.#video.addEventListener("loadedmetadata", () => this.#startNatively(), { once: true });
    this.#video.addEventListener("error", () => this.#onProblem(), { once: true });
    this.#video.src = this.#uri;
    this.#video.load();
  }

  #startNatively() {
    showWanted(this.#video);
    showWantedSound(this.#video.audioTracks);
    if (this.#at) this.#video.currentTime = this.#at;
    this.#startLoading();
    this.#isLoading = true;
  }

  #resume() {
    // A browser that wants another touch first leaves the video paused, with its button to press.
    this.#video.play().catch(() => {});
  }

  // Somebody may drag to a seam by hand.
  // A place without data stays without data on a fast line too: look a little further on, then further still. Moving
  // is a seek of its own, so that it is watched like the first.
  #watchSeek() {
    const target = this.#video.currentTime;
    clearTimeout(this.#seekTimer);
    this.#seekTimer = setTimeout(() => {
      const video = this.#video;
      const hasData = !video.seeking && video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
      if (hasData || video.currentTime !== target) return;
      video.currentTime = target + Math.min(PAST_THE_SEAM_SECONDS * 2 ** this.#nudges++, LONGEST_NUDGE_SECONDS);
    }, STUCK_AFTER_MILLISECONDS);
  }

  #close() {
    this.#hls?.destroy();
    this.#hls = null;
    this.#isLoading = false;
    this.#wantsToPlay = false;
    this.#nudges = 0;
    this.#video.removeAttribute("src");
    this.#video.load();
  }
}

// Playing begins with the lowest quality, and hls.js stays with the codec that it began with. AV1 takes fewer bits, but
// it is only for every line where it goes as low as H.264. Levels are in order; those of unknown codecs are left out.
function lowestLevel(levels) {
  const [plain, modern] = ["avc1", "av01"].map((codec) =>
    levels.findIndex(({ videoCodec }) => videoCodec?.startsWith(codec)),
  );
  const isModernFit = modern >= 0 && (plain < 0 || levels[modern].height <= levels[plain].height);
  return isModernFit ? modern : Math.max(0, plain);
}

// Elsewhere the browser plays streams by itself, and decides about quality alone.
export function canUseLibrary() {
  return Boolean(globalThis.ManagedMediaSource || globalThis.MediaSource);
}

// The library alone, ahead of its time, where it comes compressed.
export function fetchAhead(library) {
  if (!canUseLibrary() || !(isCompressed() || canUnpack()) || navigator.connection?.saveData) return;
  loadLibrary(library).catch(() => {}); // whoever presses play tries again, and is told
}

let loading = null;

async function loadLibrary(library) {
  const hasRun = () => globalThis.Hls !== undefined;
  loading ??= bringScript({ ...library, hasRun });
  try {
    await loading;
  } catch (error) {
    loading = null;
    throw error;
  }
}
