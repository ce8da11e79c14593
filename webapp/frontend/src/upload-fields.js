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

// Whether all that was typed is with the server now.
export async function saveWrittenFields() {
  const saved = await Promise.all([...changed].map(save));
  return saved.every(Boolean);
}

async function save(form) {
  changed.delete(form);
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
    if (answer.ok) return true;
  } catch {
    // the line is away
  }
  changed.add(form);
  return false;
}
