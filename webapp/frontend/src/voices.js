// The page of spoken interpretation: every sound beside the picture, recording a voice, handing it in over a bad line.
import { playSounds } from "./voices-player.js";
import { offerRecording } from "./voices-recorder.js";
import { sendByScript } from "./voices-sender.js";

const part = (name) => document.querySelector(`[data-part="voices-${name}"]`);
const video = document.querySelector("video[data-voices-manifest]");
const form = part("form");

if (video) playSounds(video, part("sounds"));
if (form) {
  const say = sayIn(part("said"));
  sendByScript(form, say);
  if (video && part("recorder")) offerRecording(video, form, part, say);
}

function sayIn(place) {
  return (words, isBad = false) => {
    place.hidden = !words;
    place.textContent = words;
    place.classList.toggle("note-bad", isBad);
  };
}
