// Keeps standings and progress of a staff screen true while something is being done, by asking every few seconds.
// Where a standing changed, the page is loaded anew (`data-live-reload`), unless somebody is writing in it.
(() => {
  const place = document.querySelector("[data-live-source]");
  if (!place) return;
  const everySeconds = 4;
  const patience = 60;
  const reloads = place.hasAttribute("data-live-reload");
  let misses = 0;

  const find = (name, key) => document.querySelectorAll(`[data-live${name}="${CSS.escape(key)}"]`);

  function show(entry) {
    let hasChanged = false;
    for (const element of find("", entry.key)) {
      hasChanged ||= element.dataset.standing !== entry.standing;
      if (!entry.words) continue;
      element.dataset.standing = entry.standing;
      element.className = `badge badge-${entry.tone}`;
      element.textContent = entry.words;
    }
    for (const element of find("-words", entry.key)) element.textContent = entry.words;
    for (const bar of find("-progress", entry.key)) {
      if (entry.progress === null) bar.removeAttribute("value");
      else bar.value = entry.progress;
    }
    return hasChanged;
  }

  const isWriting = () =>
    [...document.querySelectorAll("textarea:not([readonly]), input[type=file]")].some((field) => field.value !== "") ||
    [...document.querySelectorAll("video")].some((video) => !video.paused);

  async function ask() {
    const answer = await fetch(place.dataset.liveSource, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const { statements, countries } = await answer.json();
    const entries = [...statements, ...countries];
    const hasChanged = entries.map(show).some(Boolean);
    const countryChanged = countries.some(({ key, standing }) =>
      [...find("", key)].some((element) => element.dataset.standing !== standing));
    if ((hasChanged && reloads) || countryChanged) {
      if (!isWriting()) return location.reload();
    }
    return entries.some((entry) => entry.is_busy);
  }

  async function beat() {
    let isBusy = true;
    if (!document.hidden) {
      try {
        isBusy = await ask();
        misses = 0;
      } catch {
        misses += 1;
      }
    }
    if (misses > patience) return;
    setTimeout(beat, (isBusy ? everySeconds : everySeconds * 5) * 1000 * Math.min(1 + misses, 5));
  }

  setTimeout(beat, everySeconds * 1000);
})();
