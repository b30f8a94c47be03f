// Small comforts on pages that work without them: a live preview, a menu that closes, one submit per form.
"use strict";

const form = document.querySelector("form[data-preview]");

function debounce(act, wait) {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(act, wait); };
}

async function preview(asked) {
  const body = new URLSearchParams(new FormData(form));
  body.set("preview", "yes");
  body.delete("invitation");
  const answer = await fetch(form.action, { method: "POST", body, signal: asked.signal, credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of ["#preview", "[data-understood]"]) {
    const here = document.querySelector(part), there = page.querySelector(part);
    if (here && there) { here.replaceChildren(...there.childNodes); here.hidden = there.hidden; }
  }
}

if (form) {
  let asked = new AbortController(), isSent = false;
  form.addEventListener("submit", () => { isSent = true; asked.abort(); });
  window.addEventListener("pageshow", () => { isSent = false; });
  const refresh = debounce(() => {
    asked.abort();
    if (isSent) return;
    asked = new AbortController();
    preview(asked).catch(() => {});
  }, 250);
  form.addEventListener("input", refresh);
  document.querySelector("[data-preview-button]")?.setAttribute("hidden", "");

  // An invitation that is pasted or dropped is read at once; who types one presses the button.
  const invitation = form.querySelector("[data-invitation]"), pasted = invitation?.querySelector("textarea");
  const read = (said) => {
    if (!said || said.trim().length < 20) return false;
    pasted.value = said.slice(0, pasted.maxLength);
    form.requestSubmit(invitation.querySelector("button"));
    return true;
  };
  const readFile = (files) => {
    if (!files?.length || files[0].size > 2_000_000) return false;
    files[0].text().then(read).catch(() => {});
    return true;
  };
  pasted?.addEventListener("paste", (event) => {
    const given = event.clipboardData;
    if (!pasted.value && (readFile(given?.files) || read(given?.getData("text/plain")))) event.preventDefault();
  });
  invitation?.addEventListener("dragover", (event) => { event.preventDefault(); invitation.dataset.over = "yes"; });
  invitation?.addEventListener("dragleave", () => { delete invitation.dataset.over; });
  invitation?.addEventListener("drop", (event) => {
    delete invitation.dataset.over;
    if (readFile(event.dataTransfer.files) || read(event.dataTransfer.getData("text/plain"))) event.preventDefault();
  });

  // What is picked from the calendar is written into the text, which is what counts.
  const picker = form.querySelector("[data-picker]"), text = form.elements.namedItem("when");
  picker?.addEventListener("input", () => {
    const [date, time, length] = ["date", "time", "length"].map((name) => form.elements.namedItem(name).value);
    if (date && time) text.value = `${date} ${time}, ${length} min`;
  });
}

document.addEventListener("submit", (event) => {
  const sent = event.target;
  if (sent.dataset.sent) { event.preventDefault(); return; }
  sent.dataset.sent = "yes";
  setTimeout(() => { delete sent.dataset.sent; }, 4000);
});
window.addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((sent) => { delete sent.dataset.sent; }));

const menus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
});

document.querySelectorAll("[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.done;
  });
});
