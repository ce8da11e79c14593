// The choice "other people use this device": then nothing is kept in this browser, and it forgets the link when closed.

export function offerSharedChoice({ box, form, address, isShared, onChange }) {
  box.checked = isShared;
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("change", () => {
    onChange(box.checked);
    tell(address, form, box.checked);
  });
}

async function tell(address, form, isShared) {
  const body = new FormData();
  body.append("csrf_token", form.elements.csrf_token.value);
  body.append("shared", isShared ? "yes" : "no");
  // Where the line is away the picked file is kept or not as chosen; only the cookie stays as it was.
  await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => {});
}
