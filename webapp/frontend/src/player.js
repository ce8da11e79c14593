// The published page: the programme, a jump to each speaker, and each statement alone.
import "./player.css";
import { offerSounds } from "./player-sounds.js"; // first: the controls look for a list of sounds when they begin
import "./player-elements.js";
import { carryPlace, readAddress, readMoment, showAddress } from "./player-address.js";
import { offerMoment, offerQualities } from "./player-choices.js";
import { listenToKeys } from "./player-keys.js";
import { isByLink, sayPlayed, watchPermission } from "./player-permission.js";
import { offerRecommendations } from "./player-recommendations.js";
import { Stream, fetchAhead } from "./player-stream.js";
import { rememberChoices } from "./player-subtitles.js";
import { Transcript } from "./player-transcript.js";
import { Trouble } from "./player-trouble.js";

const stage = document.querySelector(".stage");
const controller = stage.querySelector("media-controller");
const video = controller.querySelector("video");
const chapters = video.addTextTrack("chapters");
const now = stage.querySelector(".now");
const back = now.querySelector("button");
const choices = stage.querySelector(".choices");
const keys = stage.querySelector(".keys");
const places = [...document.querySelectorAll(".statements li[data-position]")];

const library = { uri: controller.dataset.hlsUri, packedUri: controller.dataset.hlsPackedUri };
const stream = new Stream(video, {
  library,
  spokenLanguages: controller.dataset.spoken.split(" "),
  onProblem: () => trouble.look(),
});
const trouble = new Trouble(stage.querySelector(".problem"), stage.dataset.release, {
  retry: () => stream.retry(),
  stop: () => stream.stop(),
});
let alone = null; // the place that is watched alone, null for the programme
let isSoundOnly = false;
let smallPictures = null; // the track of pictures above the time line
let transcript = null;

function choose(place, at) {
  const isOther = place !== alone;
  trouble.clear();
  alone = place;
  if (place) isSoundOnly = false;
  choices.querySelector("select").disabled = Boolean(place);
  const { programmeUri, soundUri } = controller.dataset;
  stream.choose(place ? place.dataset.manifestUri : isSoundOnly ? soundUri : programmeUri, at);
  video.poster = (place ?? places[0]).dataset.posterUri;
  chapters.mode = place ? "disabled" : "hidden";
  back.hidden = !place;
  for (const label of now.querySelectorAll("[data-when]")) {
    label.hidden = (label.dataset.when === "alone") !== Boolean(place);
  }
  showAddress(place?.dataset.position);
  showCurrent();
  if (isOther) transcript?.streamChosen();
}

// Fetched once somebody watches; the controls find the track by its label.
function showSmallPictures() {
  smallPictures?.remove();
  const uri = (alone ?? controller).dataset.storyboardUri;
  if (!uri) return;
  smallPictures = document.createElement("track");
  Object.assign(smallPictures, { kind: "metadata", label: "thumbnails", src: uri });
  video.append(smallPictures);
  smallPictures.track.mode = "hidden";
}

function nameOf(place) {
  return place.querySelector(".organisation").textContent;
}

function placeAt(seconds) {
  return [...places].reverse().find((place) => Number(place.dataset.cardStarts) <= seconds + 0.05);
}

function showCurrent() {
  const hasBegun = video.currentTime > 0 || !video.paused;
  const current = alone ?? (hasBegun ? placeAt(video.currentTime) : null);
  now.hidden = !current;
  if (now.place === current) return;
  now.place = current;
  for (const place of places) {
    if (place === current) place.setAttribute("aria-current", "true");
    else place.removeAttribute("aria-current");
  }
  if (current) now.querySelector("strong").textContent = nameOf(current);
}

function watchFrom(place) {
  if (alone) choose(null, 0);
  stream.playFrom(Number(place.dataset.starts));
  showStage();
}

function watchAlone(place) {
  choose(place, 0);
  stream.play();
  showStage();
}

function returnToProgramme() {
  choose(null, Number(alone.dataset.starts) + video.currentTime);
  stream.play();
}

function seekWords(place, own) {
  stream.playAt(alone ? own : Number(place.dataset.starts) + own);
}

function switchSound(isWanted) {
  if (isWanted === isSoundOnly) return;
  const wasPlaying = !video.paused;
  isSoundOnly = isWanted;
  choose(null, video.currentTime);
  if (wasPlaying) stream.play();
}

function stepSpeaker(step) {
  const here = places.indexOf(placeAt(video.currentTime) ?? places[0]);
  const target = places[here + step];
  if (target) watchFrom(target);
}

function seekTo(share) {
  if (video.duration) video.currentTime = share * video.duration;
}

function showKeys() {
  keys.open = true;
  keys.querySelector("summary").focus();
}

function showStage() {
  stage.scrollIntoView({ block: "nearest" });
}

function nameChapters() {
  for (const place of places) {
    chapters.addCue(new VTTCue(Number(place.dataset.cardStarts), Number(place.dataset.ends), nameOf(place)));
  }
}

function listen() {
  for (const event of ["timeupdate", "seeking", "play"]) video.addEventListener(event, showCurrent);
  video.addEventListener("loadedmetadata", showSmallPictures);
  video.addEventListener("playing", () => trouble.clear());
  back.addEventListener("click", returnToProgramme);
  listenToKeys(controller, { seekTo, step: stepSpeaker, showKeys });
  addEventListener("hashchange", () => readMoment() && stream.playAt(readMoment()));
  for (const place of places) {
    place.querySelector(".jump")?.addEventListener("click", () => watchFrom(place));
    place.querySelector(".alone")?.addEventListener("click", (event) => {
      event.preventDefault();
      watchAlone(place);
    });
  }
  for (const link of document.querySelectorAll("nav a[hreflang]")) {
    link.addEventListener("click", () => carryPlace(link, alone?.dataset.position, video.currentTime));
  }
}

function offerMore() {
  keys.hidden = false;
  offerQualities(choices, stream, switchSound);
  offerMoment(choices, () => ({ statement: alone?.dataset.position, at: video.currentTime }));
  const texts = document.querySelector(".transcript");
  if (texts) transcript = new Transcript(texts, places, { video, alone: () => alone, seek: seekWords });
  const recommendations = document.querySelector(".all-recommendations");
  if (recommendations) offerRecommendations(recommendations);
}

function begin() {
  nameChapters();
  const asked = readAddress();
  const place = places.find((each) => each.dataset.position === asked.statement) ?? null;
  video.controls = false;
  offerMore();
  choose(place, asked.at);
  rememberChoices(controller, video, (language) => transcript?.languageChosen(language));
  offerSounds(controller, video);
  for (const sign of ["pointerenter", "pointerdown", "focusin"]) {
    controller.addEventListener(sign, () => stream.prepare(), { once: true });
  }
}

listen();
if (isByLink()) {
  sayPlayed(video);
  watchPermission(video, () => {
    stream.stop();
    trouble.look();
  });
}

begin();
if (document.readyState === "complete") fetchAhead(library);
else addEventListener("load", () => fetchAhead(library), { once: true });
