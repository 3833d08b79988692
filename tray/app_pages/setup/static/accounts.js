// The accounts and roles that IAM Identity Center gives the user: thousands can be searched, and some are in the page.

import { at, folded, onSubmit, redraw, say, send, terms as termsOf, words } from "/shared/page.js";
import { awaitResults } from "./results.js";

const SHOWN = 50;
// The roles of so few accounts are listed without a click.
const OPEN_AT_ONCE = 4;
// The server takes no more at once (`centers.py`).
const MOST_CHOSEN = 100;

let now = null;
// The accounts with their roles for which there are profiles: they come and go elsewhere too.
let added = new Set();
const number = (count) => count.toLocaleString(document.documentElement.lang);

export function showAccounts(found) {
  added = new Set(found.added);
  now = { ...found, roles: new Map(), asked: new Map(), chosen: new Map(), open: new Set() };
  at("center-search").value = "";
  at("center-search-label").hidden = found.accounts.length <= OPEN_AT_ONCE;
  at("center-about").textContent = say(found.accounts.length === 1 ? words.center_found_one : words.center_found, {
    name: found.name, number: number(found.accounts.length), region: found.region,
  });
  at("center-where").value = found.region;
  at("center-choice").hidden = false;
  if (found.accounts.length <= OPEN_AT_ONCE) for (const [id] of found.accounts) now.open.add(id);
  draw();
  at("center-choice-title").focus();
}

/** Takes which roles have profiles now. */
export function showAdded(keys) {
  const before = [...added].sort().join("\n");
  added = new Set(keys);
  for (const key of keys) now?.chosen.delete(key);
  if (!now || before === [...added].sort().join("\n")) return;
  draw();
}

export function hideAccounts() {
  now = null;
  at("center-choice").hidden = true;
}

function draw() {
  const terms = termsOf(at("center-search").value);
  const matching = now.accounts.filter(([id, name]) => terms.every((term) => folded(`${name} ${id}`).includes(term)));
  const chosen = new Set([...now.chosen.values()].map(([id]) => id));
  // What is chosen stays in sight, whatever is searched for.
  const shown = [...now.accounts.filter(([id]) => chosen.has(id) && !matching.some(([other]) => other === id)),
    ...matching.slice(0, SHOWN)];
  redraw(at("center-accounts"), () => at("center-accounts").replaceChildren(...shown.map(account)), again);
  const more = matching.length - Math.min(matching.length, SHOWN);
  at("center-more").textContent = !matching.length ? words.none_matches
    : more ? say(words.center_more, { number: number(more) }) : "";
  at("center-more").hidden = !at("center-more").textContent;
  count();
}

/** What has taken the place of an account's line, or of a role's box, that was drawn anew. */
function again(had) {
  const of = [...at("center-accounts").children].find((each) => each.dataset.account === had.closest("details").dataset.account);
  return (had.matches("input") && [...of?.querySelectorAll("input:enabled") ?? []].find((each) => each.value === had.value))
    || of?.querySelector("summary") || at("center-choice-title");
}

function account([id, name]) {
  const box = document.createElement("details"), summary = document.createElement("summary"), list = document.createElement("div");
  const title = document.createElement("span"), small = document.createElement("small");
  title.textContent = name || id;
  small.textContent = name ? id : "";
  summary.append(title, small);
  box.append(summary, list);
  box.dataset.account = id;
  box.open = now.open.has(id);
  if (box.open) fill(id, list);
  box.addEventListener("toggle", () => {
    if (!now) return;
    if (box.open && !now.open.has(id)) {
      now.open.add(id);
      fill(id, list);
    } else if (!box.open) now.open.delete(id);
  });
  return box;
}

async function fill(id, list) {
  const here = now;
  let roles = here.roles.get(id);
  if (!roles) {
    list.textContent = words.working;
    // What is drawn anew meanwhile waits for the same answer.
    const asked = here.asked.get(id) ?? send("/setup/center-roles", { center: here.center, account: id });
    here.asked.set(id, asked);
    const answer = await asked;
    here.asked.delete(id);
    if (now !== here) return;
    if (!answer || answer.refused) {
      list.textContent = answer?.refused ?? words.failed;
      here.open.delete(id);
      return;
    }
    ({ roles } = answer);
    here.roles.set(id, roles);
    // The only role of the only account needs no choice.
    if (here.accounts.length === 1 && roles.length === 1 && !added.has(`${id} ${roles[0]}`)) {
      here.chosen.set(`${id} ${roles[0]}`, [id, roles[0]]);
    }
  }
  list.replaceChildren(...(roles.length ? roles.map((role) => line(id, role)) : [words.center_no_roles]));
  count();
}

function line(id, role) {
  const label = document.createElement("label"), box = document.createElement("input"), text = document.createElement("span");
  const key = `${id} ${role}`, isAdded = added.has(key);
  label.className = "check";
  box.type = "checkbox";
  box.value = key;
  box.checked = isAdded || now.chosen.has(key);
  box.disabled = isAdded;
  box.addEventListener("change", () => {
    if (box.checked) now.chosen.set(key, [id, role]);
    else now.chosen.delete(key);
    count();
  });
  text.textContent = role;
  label.append(box, text);
  if (isAdded) {
    const note = document.createElement("small");
    note.textContent = words.already;
    label.append(note);
  }
  return label;
}

function count() {
  const add = at("center-add"), { size } = now.chosen;
  add.disabled = !size || size > MOST_CHOSEN;
  add.textContent = size > MOST_CHOSEN ? say(words.center_most, { number: number(MOST_CHOSEN) }) : !size ? words.center_add : size === 1 ? words.center_add_one
    : say(words.center_add_chosen, { chosen: number(size) });
}

function complain(message) {
  at("center-where-wrong").textContent = message;
  at("center-where-wrong").hidden = !message;
  if (message) {
    at("center-where").setAttribute("aria-invalid", "true");
    at("center-where").focus();
  } else at("center-where").removeAttribute("aria-invalid");
}

at("center-search").addEventListener("input", draw);
onSubmit(at("center-choice"), async () => {
  if (!now?.chosen.size) return;
  const answer = await send("/setup/center-add", {
    center: now.center, roles: [...now.chosen.values()], region: at("center-where").value,
    any_region: at("center-any").checked, write: at("center-write").checked,
  });
  if (!answer) return;
  complain(answer.refused ?? "");
  if (answer.refused) {
    if (answer.unknown_region) at("center-any-label").hidden = false;
    return;
  }
  at("center-any").checked = false;
  at("center-write").checked = false;  // asked for each time anew: it changes a file of other programs
  at("center-any-label").hidden = true;
  for (const key of now.chosen.keys()) added.add(key);
  now.chosen.clear();
  draw();
  awaitResults();
});
