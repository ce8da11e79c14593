// The browser asks before a page is left on which something was written that is not being sent.
export function guardWriting() {
  const isAnswer = Boolean(document.querySelector("[data-live-kept]")); // what was typed before stands in it again
  let sent = null;
  const isUnsent = (field) => field.form !== sent && (isAnswer ? field.value : field.value !== field.defaultValue);

  document.addEventListener("submit", ({ target }) => { sent = target; });
  window.addEventListener("beforeunload", (event) => {
    if ([...document.querySelectorAll("form textarea")].some(isUnsent)) event.preventDefault();
    sent = null;
  });
}
