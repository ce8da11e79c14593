// What was typed is saved before a recording is sent: an upload takes long, and a page can be lost meanwhile.
import { isTouched } from "./upload-form-state.js";

const SELECTOR = "form[data-save-with-upload]";
const changed = new Set([...document.querySelectorAll(SELECTOR)].filter(isTouched));

document.addEventListener("input", ({ target }) => note(target));
document.addEventListener("change", ({ target }) => note(target));

function note(field) {
  const form = field.closest?.(SELECTOR);
  if (form) changed.add(form);
}

// Which forms could not be saved, as `{ isAny, isNeeded }`: without the needed ones nothing may be sent.
export async function saveWrittenFields() {
  await Promise.all([...changed].map(save));
  return { isAny: changed.size > 0, isNeeded: [...changed].some((form) => form.dataset.saveWithUpload === "always") };
}

async function save(form) {
  changed.delete(form);
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
    if (!answer.ok) changed.add(form);
  } catch {
    changed.add(form); // the line is away
  }
}
