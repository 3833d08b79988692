// What every page needs: its words, what it sends to the program, and what it tells the user.

import { follow as followEvents } from "./events.js";

const GONE_AFTER_MS = 4000;

/** The element that has this id. */
export const at = (id) => document.getElementById(id);

/** What the server wrote into the page: its words, and what else doesn't change while it is open. */
export const given = JSON.parse(at("words").textContent);
export const words = given.words;

/** A sentence with values in its named places. */
export function say(sentence, places) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
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
  followEvents((message) => {
    clearTimeout(timer);
    timer = 0;
    if (at("message").textContent === words.gone) tell("");
    take(JSON.parse(message));
  }, () => { timer ||= setTimeout(() => tell(words.gone), GONE_AFTER_MS); });
}

/** Writes the page's words into the elements that name them. */
export function writeWords() {
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
}
