// Hands a voice in without leaving the page: what was recorded is not lost when the line breaks.
export function sendByScript(form, say) {
  const button = form.querySelector("button:not([type])");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say(form.dataset.sending);
    try {
      await send(form, say);
    } catch {
      say(form.dataset.broke, true);
    }
    button.disabled = false;
  });
}

async function send(form, say) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  });
  const told = await answer.json();
  if (answer.ok) location.assign(told.address);
  else say(told.problem ?? form.dataset.broke, true);
}
