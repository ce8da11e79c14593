// The published page: the programme, a jump to each speaker, and each statement alone.
import "./player.css";
import { offerSounds } from "./player-sounds.js"; // first: the controls look for a list of sounds when they begin
import "./player-elements.js";
import { carryPlace, readAddress, showAddress } from "./player-address.js";
import { Stream } from "./player-stream.js";
import { rememberChoices } from "./player-subtitles.js";

const stage = document.querySelector(".stage");
const controller = stage.querySelector("media-controller");
const video = controller.querySelector("video");
const chapters = video.addTextTrack("chapters");
const problem = stage.querySelector(".problem");
const now = stage.querySelector(".now");
const back = now.querySelector("button");
const places = [...document.querySelectorAll(".statements li[data-position]")];
const programmeUri = controller.dataset.programmeUri;

const stream = new Stream(video, {
  libraryUri: controller.dataset.hlsUri,
  onProblem: () => (problem.hidden = false),
});
let alone = null; // the place that is watched alone, null for the programme
let smallPictures = null; // the track of pictures above the time line

function choose(place, at) {
  problem.hidden = true;
  alone = place;
  stream.choose(place ? place.dataset.manifestUri : programmeUri, at);
  video.poster = (place ?? places[0]).querySelector("img").src;
  chapters.mode = place ? "disabled" : "hidden";
  back.hidden = !place;
  for (const label of now.querySelectorAll("[data-when]")) {
    label.hidden = (label.dataset.when === "alone") !== Boolean(place);
  }
  showAddress(place?.dataset.position);
  showCurrent();
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

function showStage() {
  stage.scrollIntoView({ block: "nearest" });
}

function nameChapters() {
  for (const place of places) {
    chapters.addCue(new VTTCue(Number(place.dataset.cardStarts), Number(place.dataset.ends), nameOf(place)));
  }
}

function begin() {
  nameChapters();
  const asked = readAddress();
  const place = places.find((each) => each.dataset.position === asked.statement) ?? null;
  video.controls = false;
  choose(place, asked.at);
  rememberChoices(controller, video);
  offerSounds(controller, video);
  for (const sign of ["pointerenter", "pointerdown", "focusin"]) {
    controller.addEventListener(sign, () => stream.prepare(), { once: true });
  }
}

for (const place of places) {
  place.querySelector(".jump").addEventListener("click", () => watchFrom(place));
  place.querySelector(".alone").addEventListener("click", (event) => {
    event.preventDefault();
    watchAlone(place);
  });
}
for (const event of ["timeupdate", "seeking", "play"]) video.addEventListener(event, showCurrent);
video.addEventListener("loadedmetadata", showSmallPictures);
back.addEventListener("click", returnToProgramme);
problem.querySelector("button").addEventListener("click", () => {
  problem.hidden = true;
  stream.retry();
});
for (const link of document.querySelectorAll("nav a[hreflang]")) {
  link.addEventListener("click", () => carryPlace(link, alone?.dataset.position, video.currentTime));
}

begin();
