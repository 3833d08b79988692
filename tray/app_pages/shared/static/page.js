// What every page needs: its words, what it sends to the program, and what it tells the user.

import { follow as followEvents } from "./events.js";

const GONE_AFTER_MS = 4000;

/** The element that has this id. */
export const at = (id) => document.getElementById(id);

/** What the server wrote into the page: its words, and what else doesn't change while it is open. */
export const given = JSON.parse(at("words").textContent);
export const words = given.words;

// Letters that run from right to left: Hebrew, Arabic, and those between and beyond them in Unicode.
const FROM_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A sentence with values in its named places; one that runs from right to left reorders nothing around it. */
export function say(sentence, places) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = places[name];
    return value === undefined ? whole : FROM_RIGHT.test(value) ? `\u2068${value}\u2069` : value;
  });
}

/** Text as it is searched: without case, accents or differences of width, so that zurich finds Zürich. */
export function folded(text) {
  return (/^[\0-\x7f]*$/.test(text) ? text : text.normalize("NFKD").replace(/\p{M}+/gu, "")).toLowerCase();
}

/** The words of a search, each of which has to be in what is found. */
export const terms = (typed) => folded(typed).split(/\s+/).filter(Boolean);

/** Draws a box anew. If what had the focus in it has gone or is hidden then, `instead` is asked what is to have it. */
export function redraw(box, draw, instead) {
  const had = box.contains(document.activeElement) ? document.activeElement : null;
  draw();
  const has = document.activeElement;
  if (had && !(box.contains(has) && has.getClientRects().length)) instead(had)?.focus();
}

/** Has a form do one thing at a time: what is sent while another is under way is the same once more. */
export function onSubmit(form, act) {
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    try { await act(); } finally { busy = false; }
  });
}

/** Says something that went wrong, until the next success; nothing says nothing. */
export function tell(message) {
  at("message").textContent = message;
  at("message").hidden = !message;
}

/** Sends `what` as JSON to an address of this server; returns whether it was taken, and the answer. Tells nothing. */
export async function ask(path, what) {
  const answer = await fetch(path, {
    method: "POST", body: JSON.stringify(what), headers: { "content-type": "application/json" },
  });
  return { ok: answer.ok, said: await answer.json().catch(() => ({})) };
}

/** Sends `what` as JSON to an address of this server; returns its answer, or null once the failure is told. */
export async function send(path, what) {
  try {
    const { ok, said } = await ask(path, what);
    if (ok) { tell(""); return said; }
    tell(said.message ?? words.failed);
  } catch { tell(words.gone); }
  return null;
}

/** Calls `take` with each change that the server tells; says so when there is nobody who tells any more. */
export function follow(take) {
  let timer = 0;
  const here = () => {
    clearTimeout(timer);
    timer = 0;
    if (at("message").textContent === words.gone) tell("");
  };
  followEvents((message) => {
    here();
    take(JSON.parse(message));
  }, () => { timer ||= setTimeout(() => tell(words.gone), GONE_AFTER_MS); }, here);
}

/** Writes the page's words into the elements that name them. */
export function writeWords() {
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
}

// One press does a thing once: neither the second click of a double click does it again, which may even meet a button
// that has come to this place meanwhile, nor a key that is held. A button that is meant for more says so.
addEventListener("click", (event) => {
  if (event.detail < 2 || !event.target.closest("button:not([data-again])")) return;
  event.preventDefault();
  event.stopPropagation();
}, true);
addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target.closest("button, input")) event.preventDefault();
}, true);
