// Questions before something is lost, and the fields of an access key.

import { ask, at, words } from "/shared/page.js";
import { make } from "./fields.js";

/** Asks; returns whether the user said yes. The focus goes back to where it was. */
export function confirmed(title, sentences, yes) {
  const dialog = at("confirm");
  at("confirm-title").textContent = title;
  at("confirm-text").replaceChildren(...sentences.map((each) => make("p", {}, each)));
  at("confirm-yes").textContent = yes;
  dialog.returnValue = "no";
  return new Promise((done) => {
    dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
    dialog.querySelector("[value=no]").focus();
  });
}

/** Asks for an access key, and gives it to the program; what is typed stays nowhere. Returns how many values were set
 * by then, 0 if it wasn't taken. */
export function keyStored(profile) {
  const dialog = at("key"), form = at("key-form"), said = at("key-said");
  const empty = () => { form.reset(); said.textContent = ""; };
  empty();
  return new Promise((done) => {
    let stored = 0;
    const submit = async (event) => {
      event.preventDefault();
      const value = { id: at("key-id").value, secret: at("key-secret").value, token: at("key-token").value };
      try {
        const { ok, said: answer } = await ask("/settings/set", { profile, setting: "credentials", value });
        if (ok) { stored = answer.taken; dialog.close(); return; }
        said.textContent = answer.title ? `${answer.title}: ${answer.message} ${answer.remedy}` : answer.message ?? words.failed;
      } catch { said.textContent = words.gone; }
      at("key-secret").value = at("key-token").value = "";
    };
    form.addEventListener("submit", submit);
    dialog.addEventListener("close", () => {
      form.removeEventListener("submit", submit);
      empty();
      done(stored);
    }, { once: true });
    dialog.showModal();
    at("key-id").focus();
  });
}

at("key-cancel").addEventListener("click", () => at("key").close());
