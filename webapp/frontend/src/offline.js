// The pages of an export work without this. With it one film plays at a time, the language of subtitles that was chosen
// in one film holds in the others, and a line of a transcript leads to its moment.
import "./offline.css";

const films = [...document.querySelectorAll("video")];
let wished = null;

function shownIn(film) {
  return [...film.textTracks].find((track) => track.mode === "showing")?.language ?? "";
}

function show(film, language) {
  for (const track of film.textTracks) track.mode = track.language === language ? "showing" : "disabled";
}

for (const film of films) {
  film.addEventListener("play", () => {
    for (const other of films) if (other !== film) other.pause();
    if (wished !== null) show(film, wished);
  });
  film.textTracks.addEventListener("change", () => {
    if (!film.paused) wished = shownIn(film);
  });
}

document.addEventListener("click", (event) => {
  const line = event.target.closest("a.time");
  const film = line?.closest("li").querySelector("video");
  if (!film) return;
  event.preventDefault();
  const second = Number(line.hash.slice("#t=".length));
  if (film.readyState > 0) film.currentTime = second;
  else film.addEventListener("loadedmetadata", () => { film.currentTime = second; }, { once: true });
  film.play();
  film.scrollIntoView({ block: "nearest" });
});
