// Two minutes before an idle session ends a dialog asks; staying fetches a page, which counts as a sign of life. Once
// there is no session a note says so and stays, as does the page with what was typed on it.

const seconds = Number(document.body.dataset.sessionSeconds || 0);
const dialog = document.getElementById("session-dialog");
const words = document.getElementById("signed-out");
const WARN_SECONDS = 120;
let note;
let timer;

function wind() {
  clearTimeout(timer);
  if (seconds > WARN_SECONDS && !note) timer = setTimeout(() => dialog.showModal(), (seconds - WARN_SECONDS) * 1000);
}

function signedOut() {
  clearTimeout(timer);
  if (note || !words) return;
  note = words.content.firstElementChild.cloneNode(true);
  document.getElementById("toasts").append(note);
}

// The page of whoever is signed in; nothing when nobody is, or nothing comes.
async function lookIn() {
  const address = dialog.querySelector("[data-stay]").dataset.stay;
  try {
    const answer = await fetch(address, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    return answer.ok && !answer.redirected ? await answer.text() : "";
  } catch {
    return "";
  }
}

// Signing in gives forms a new secret: without it those of this page would be refused. As they should be where it is
// somebody else who has signed in.
function goOn(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  if (fresh.body.dataset.person !== document.body.dataset.person) return;
  const secret = fresh.querySelector("[name=csrfmiddlewaretoken]").value;
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = secret));
  document.body.setAttribute("hx-headers", fresh.body.getAttribute("hx-headers"));
  note.remove();
  note = undefined;
  wind();
}

if (dialog) {
  dialog.addEventListener("close", async () => ((await lookIn()) ? wind() : signedOut()));
  document.addEventListener("visibilitychange", async () => {
    const text = note && document.visibilityState === "visible" && (await lookIn());
    if (text) goOn(text);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.requestConfig.headers["X-Background"]) wind();
  });
  wind();
}

// A part that asked for itself and got a whole page: it is led to the door, or refused; or it is told to ask no more.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { xhr, serverResponse } = detail;
  if (/^\s*<!doctype/i.test(serverResponse)) detail.shouldSwap = false;
  const door = words?.content.querySelector("a").getAttribute("href");
  if (xhr.status === 401 || new URL(xhr.responseURL).pathname === door) signedOut();
});
document.addEventListener("signed-out", signedOut);
