// The sounds that a stream offers, the original and interpretations over it, in the form that the controls know from
// browsers that list them themselves. Which one is wanted holds for this visit, by its language.

const KEY = "sound-language";
const ORIGINAL = "original";

// One sound; turning it on turns the others off.
class Sound {
  #sounds;

  constructor(sounds, { id, label, language, isOriginal }) {
    this.#sounds = sounds;
    Object.assign(this, { id, label, language, kind: isOriginal ? "main" : "translation" });
  }

  get enabled() {
    return this.#sounds.chosen === this.id;
  }

  set enabled(isOn) {
    if (isOn) this.#sounds.choose(this.id);
  }
}

// What hls.js offers; `video.audioTracks` for browsers that have none.
class Sounds extends EventTarget {
  #list = [];
  #hls = null;

  get length() {
    return this.#list.length;
  }

  get chosen() {
    return String(this.#hls?.audioTrack ?? -1);
  }

  [Symbol.iterator]() {
    return this.#list[Symbol.iterator]();
  }

  choose(id) {
    if (!this.#hls || this.chosen === id) return;
    this.#hls.audioTrack = Number(id);
    this.dispatchEvent(new Event("change"));
  }

  follow(hls, { Events }) {
    this.#hls = hls;
    hls.on(Events.AUDIO_TRACKS_UPDATED, (_, { audioTracks }) => this.#take(audioTracks));
    hls.on(Events.AUDIO_TRACK_SWITCHED, () => this.dispatchEvent(new Event("change")));
    hls.on(Events.DESTROYING, () => this.#take([]));
  }

  #take(tracks) {
    this.#list = tracks.map(
      ({ name, lang, default: isOriginal }, index) =>
        new Sound(this, { id: String(index), label: name, language: lang, isOriginal }),
    );
    this.dispatchEvent(new Event(tracks.length ? "addtrack" : "removetrack"));
  }
}

// With hls.js the browser's own list says nothing of what the stream offers. The controls look for a list once, when
// they begin, so that it has to be there before them.
const video = document.querySelector("media-controller video");
if (video && (globalThis.ManagedMediaSource || globalThis.MediaSource)) {
  Object.defineProperty(video, "audioTracks", { value: new Sounds() });
}

// What hls.js is told to begin with; nothing for the original.
export function soundPreference() {
  const wanted = wantedSound();
  return wanted === ORIGINAL ? {} : { audioPreference: { lang: wanted } };
}

// Where the browser plays streams itself.
export function showWantedSound(sounds) {
  const wanted = wantedSound();
  if (wanted === ORIGINAL || !sounds) return;
  const found = [...sounds].find(({ language, kind }) => language === wanted && kind !== "main");
  if (found && !found.enabled) for (const sound of sounds) sound.enabled = sound === found;
}

// The button is there where there is something to choose; a choice that a person makes is kept.
export function offerSounds(controller, video) {
  const button = controller.querySelector(".sounds");
  if (!video.audioTracks) return;
  const show = () => (button.hidden = video.audioTracks.length < 2);
  for (const event of ["addtrack", "removetrack"]) video.audioTracks.addEventListener(event, show);
  controller.addEventListener("mediaaudiotrackrequest", ({ detail }) => {
    const sound = [...video.audioTracks].find(({ id }) => id === String(detail));
    rememberSound(sound && sound.kind !== "main" ? sound.language : ORIGINAL);
  });
  show();
}

function wantedSound() {
  try {
    return sessionStorage.getItem(KEY) ?? ORIGINAL;
  } catch {
    return ORIGINAL; // storage may be forbidden
  }
}

function rememberSound(language) {
  try {
    sessionStorage.setItem(KEY, language);
  } catch {
    // the choice then holds until the page is left
  }
}
