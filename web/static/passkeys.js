// Passkeys: asks the server for a question, the device for an answer, and sends that with the form.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// JSON has no bytes: what the server wrote as base64url is turned back, and the other way round for the answer.
function readable(options) {
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  const found = { ...options, challenge: bytes(options.challenge) };
  if (options.user) found.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) found.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) found.allowCredentials = known(options.allowCredentials);
  return found;
}

function sendable(credential) {
  const { response } = credential, said = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = text(response[name]);
  }
  const { id, type } = credential;
  return JSON.stringify({ id, rawId: text(credential.rawId), type, response: said, clientExtensionResults: {} });
}

async function answer(form) {
  const asked = await fetch(form.dataset.question, { method: "POST", credentials: "same-origin" });
  if (!asked.ok) throw new Error(`question: ${asked.status}`);
  const publicKey = readable(await asked.json());
  return sendable(await navigator.credentials[form.dataset.passkey]({ publicKey }));
}

for (const form of window.PublicKeyCredential ? document.querySelectorAll("form[data-passkey]") : []) {
  const button = form.querySelector("button"), trouble = form.querySelector("[data-trouble]");
  form.hidden = button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.textContent = "";
    button.disabled = true;
    try {
      form.elements.namedItem("credential").value = await answer(form);
      form.submit();
    } catch {
      trouble.textContent = form.dataset.failed;
      button.disabled = false;
    }
  });
}
