// An access key. What was typed leaves the page once, and its fields are emptied then and when the page is left.

import { at, given, onSubmit, send, words } from "/shared/page.js";
import { awaitResults } from "./results.js";

// Each field: the name by which the server knows it, its word, its hint's word, and whether it is a secret.
const FIELDS = [
  ["name", "key_name", "key_name_hint", false],
  ["key_id", "key_id", "", false],
  ["secret", "secret", "", true],
  ["token", "token", "token_hint", true],
  ["region", "key_region", "key_region_hint", false],
];
const fields = {};

for (const [name, word, hint, secret] of FIELDS) {
  const label = document.createElement("label"), text = document.createElement("span"), input = document.createElement("input");
  const about = document.createElement("p"), wrong = document.createElement("p");
  label.className = "field";
  text.textContent = words[word];
  input.id = `key-${name}`;
  input.type = secret ? "password" : "text";
  input.autocomplete = "off";
  input.spellcheck = false;
  input.autocapitalize = "none";
  input.maxLength = secret ? 16000 : 200;
  input.required = name !== "token";
  if (name === "region") input.setAttribute("list", "regions");
  about.id = `${input.id}-hint`;
  about.className = "hint";
  about.textContent = hint ? words[hint] : "";
  about.hidden = !hint;
  wrong.id = `${input.id}-wrong`;
  wrong.className = "wrong";
  wrong.hidden = true;
  wrong.setAttribute("role", "alert");
  input.setAttribute("aria-describedby", `${about.id} ${wrong.id}`);
  label.append(text, input);
  at("key-fields").append(label, about, wrong);
  fields[name] = { input, wrong };
}

at("regions").replaceChildren(...given.regions.map(([name, place]) => {
  const option = document.createElement("option");
  option.value = name;
  if (place) option.label = `${name} ${place}`;
  return option;
}));

// An administrator may have forbidden it.
at("key-form").hidden = !given.may_have_keys;
at("key-locked").hidden = given.may_have_keys;

function clearSecrets() {
  for (const [name, , , secret] of FIELDS) if (secret) fields[name].input.value = "";
}

function complain(name, message) {
  for (const [each, { input, wrong }] of Object.entries(fields)) {
    const here = each === name;
    wrong.textContent = here ? message : "";
    wrong.hidden = !here;
    input.toggleAttribute("aria-invalid", here);
    if (here) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
    }
  }
}

onSubmit(at("key-form"), async () => {
  const values = Object.fromEntries(Object.entries(fields).map(([name, { input }]) => [name, input.value]));
  at("key-add").disabled = true;
  const answer = await send("/setup/key", { ...values, any_region: at("key-any").checked });
  at("key-add").disabled = false;
  if (!answer) return;
  if (answer.refused) {
    if (answer.unknown_region) at("key-any-label").hidden = false;
    complain(answer.field, answer.refused);
    return;
  }
  complain("", "");
  for (const { input } of Object.values(fields)) input.value = "";
  at("key-any").checked = false;
  at("key-any-label").hidden = true;
  awaitResults();
});
addEventListener("pagehide", clearSecrets);
