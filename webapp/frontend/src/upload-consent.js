// Saves an answer about consent as soon as it is given, without leaving the page that may be sending a file.
import { isTouched } from "./upload-form-state.js";

export function saveConsentAtOnce({ form, said, notice, words }) {
  form.querySelector("[data-save]").hidden = true;
  form.addEventListener("change", () => save(form, said, notice, words));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form, said, notice, words);
  });
  if (isTouched(form)) save(form, said, notice, words);
}

async function save(form, said, notice, words) {
  said.textContent = "";
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
    if (!answer.ok) throw new Error(String(answer.status));
    const news = await answer.json();
    said.textContent = news.saved;
    notice.querySelector("[data-part]").textContent = news.notice;
    notice.hidden = !news.notice;
  } catch {
    said.textContent = words.say("not_saved");
  }
}
