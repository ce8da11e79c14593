// Somebody looks at a recording that is still being prepared: the small copy is asked for as its button would. The
// page's other script shows it when it is there.
export function askForQuickPreview() {
  const form = document.querySelector('[data-part="quick-wanted"] form');
  if (form) fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => {});
}
