// What stands below the video: quality, sound alone, and a link to this very moment.
import { addressOf } from "./player-address.js";
import { canUseLibrary } from "./player-stream.js";

export function offerQualities(choices, stream, onSound) {
  const select = choices.querySelector(".quality");
  choices.hidden = false;
  if (!canUseLibrary()) for (const option of select.querySelectorAll("[data-height]")) option.remove();
  select.addEventListener("change", () => {
    stream.wantHeight(Number(select.value) || 0);
    onSound(select.value === "sound");
  });
}

export function offerMoment(choices, momentOf) {
  const share = choices.querySelector(".share");
  const said = share.querySelector("output");
  const label = share.querySelector("label");
  const field = label.querySelector("input");
  field.addEventListener("focus", () => field.select());
  share.querySelector("button").addEventListener("click", async () => {
    const { statement, at } = momentOf();
    const address = String(addressOf(statement, at));
    const isCopied = await copyText(address);
    said.textContent = isCopied ? said.dataset.copied : "";
    field.value = address;
    label.hidden = isCopied;
    if (!isCopied) field.focus();
  });
}

// Browsers let a page copy by itself only where its address is a secure one.
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
