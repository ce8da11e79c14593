// Which language of subtitles is wanted: the reader's last choice in this visit, at first the page's language.

const KEY = "subtitle-language";
const OFF = "off";

export function wantedLanguage() {
  try {
    return sessionStorage.getItem(KEY) ?? document.documentElement.lang;
  } catch {
    return document.documentElement.lang; // storage may be forbidden
  }
}

export function rememberLanguage(language) {
  try {
    sessionStorage.setItem(KEY, language || OFF);
  } catch {
    // the choice then holds until the page is left
  }
}

export function subtitleTracks(video) {
  return [...video.textTracks].filter((track) => track.kind === "subtitles" || track.kind === "captions");
}

export function shownLanguage(video) {
  return subtitleTracks(video).find((track) => track.mode === "showing")?.language ?? "";
}

export function showWanted(video) {
  const wanted = wantedLanguage();
  for (const track of subtitleTracks(video)) track.mode = track.language === wanted ? "showing" : "disabled";
}

export function showLanguage(video, language) {
  rememberLanguage(language);
  showWanted(video);
}

const SAME_MOMENT_SECONDS = 0.5;

// A line that reaches over the end of a piece comes with both of its pieces. When the player has meanwhile learned that
// the first picture comes some frames after the beginning, the second has other times, and the line would show twice.
export function dropDoubles(video) {
  for (const track of subtitleTracks(video)) {
    const latest = new Map(); // by words; cues are in order of their times
    for (const cue of [...(track.cues ?? [])]) {
      const earlier = latest.get(cue.text);
      if (earlier && cue.startTime - earlier.startTime < SAME_MOMENT_SECONDS) track.removeCue(earlier);
      latest.set(cue.text, cue);
    }
  }
}

const kept = new WeakSet();

// Where the browser plays streams itself: it finds their subtitles one after the other, and shows controls of its own on
// a full screen, in which a person chooses too.
export function keepShown(video) {
  if (kept.has(video)) return;
  kept.add(video);
  video.textTracks.addEventListener("addtrack", () => showWanted(video));
  video.textTracks.addEventListener("change", () => {
    if (video.webkitDisplayingFullscreen) rememberLanguage(shownLanguage(video));
  });
}

// Only what a person asks for counts; players change modes by themselves while they load.
export function rememberChoices(controller, video, onChoice) {
  const requests = ["mediashowsubtitlesrequest", "mediadisablesubtitlesrequest", "mediatogglesubtitlesrequest"];
  for (const request of requests) {
    controller.addEventListener(request, () =>
      setTimeout(() => {
        rememberLanguage(shownLanguage(video));
        onChoice(shownLanguage(video));
      }),
    );
  }
}
