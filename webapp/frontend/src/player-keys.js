// Keys of the player beside those that its controls know: tenths, beginning and end, from speaker to speaker, the list.

const STEPS = { n: 1, b: -1 };
const ENDS = { Home: 0, End: 1 };
const OWN_KEYS = "media-time-range, media-volume-range, [role=menu], [role=menuitemradio], select, input";

// `does` has what keys do: { seekTo(share), step(count), showKeys() }; a share is one of the whole, from 0 to 1.
export function listenToKeys(controller, does) {
  controller.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { key } = event;
    if (key in STEPS) does.step(STEPS[key]);
    else if (key === "?") does.showKeys();
    else if (/^\d$/.test(key)) does.seekTo(Number(key) / 10);
    // Sliders and menus have their own beginning and end.
    else if (key in ENDS && !event.target.closest(OWN_KEYS)) does.seekTo(ENDS[key]);
    else return;
    event.preventDefault();
  });
}
