// Signing out leaves nothing on this device that was written by the person and not sent; it asks before. It waits for
// nothing where nothing was kept, so that nobody who leaves at once stays signed in.
import { countKept, mayKeep, removeAll } from "./editor-kept.js";

const PATIENCE_MILLISECONDS = 2000;
const form = document.querySelector('[data-part="sign-out"]');

form?.addEventListener("submit", async (event) => {
  if (!mayKeep()) return;
  event.preventDefault();
  const own = `${form.dataset.account}/`;
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MILLISECONDS));
  const kept = await Promise.race([countKept(own).catch(() => 0), patience]);
  if (kept && !confirm(form.dataset.unsent)) return;
  await Promise.race([removeAll(own).catch(() => {}), patience]);
  form.submit();
});
