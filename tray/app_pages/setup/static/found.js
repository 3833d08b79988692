// The profiles of the AWS config: chosen by checkboxes, with one for all that are shown.

import { at, folded, onSubmit, redraw, say, send, terms as termsOf, words } from "/shared/page.js";
import { awaitResults } from "./results.js";

const SEARCH_FROM = 13;
// Thousands of lines would take half a second for each letter of the search.
const MOST_LINES = 200;
// What can be chosen of these states: the others are there already, or can't be added.
const OPEN = new Set(["new", "hidden"]);
let profiles = [];
const chosen = new Set();

export function showFound(found) {
  profiles = found.profiles.map(([name, state]) => ({ name, state }));
  const open = new Set(profiles.filter((each) => OPEN.has(each.state)).map((each) => each.name));
  for (const name of chosen) if (!open.has(name)) chosen.delete(name);
  at("found-about").textContent = profiles.length ? words.found_intro : found.read ? words.found_none : words.found_unread;
  at("found-about").hidden = !profiles.length && found.problems.length > 0;
  showProblems(found.problems);
  at("found-form").hidden = !profiles.length;
  at("found-search-label").hidden = profiles.length < SEARCH_FROM;
  draw();
}

let problemsShown = "";

function showProblems(problems) {
  const now = JSON.stringify(problems);
  if (now === problemsShown) return;  // written anew, they would be read aloud anew
  problemsShown = now;
  at("found-problems").replaceChildren(...problems.flatMap(([title, ...sentences]) => {
    const heading = document.createElement("h3");
    heading.textContent = title;
    return [heading, ...sentences.map((each) => {
      const text = document.createElement("p");
      text.textContent = each;
      return text;
    })];
  }));
}

function shownNow() {
  const terms = termsOf(at("found-search").value);
  return profiles.filter((each) => terms.every((term) => folded(each.name).includes(term)));
}

function draw() {
  const shown = shownNow();
  redraw(at("found-list"), () => at("found-list").replaceChildren(...shown.slice(0, MOST_LINES).map(line)), (had) =>
    [...at("found-list").querySelectorAll("input:enabled")].find((each) => each.value === had.value) ?? at("found-title"));
  at("found-cut").hidden = shown.length <= MOST_LINES;
  const numbers = [MOST_LINES, shown.length].map((each) => each.toLocaleString(document.documentElement.lang));
  at("found-cut").textContent = say(words.found_cut, { shown: numbers[0], total: numbers[1] });
  at("found-nothing").hidden = shown.length > 0;
  count();
}

function line({ name, state }) {
  const item = document.createElement("li"), label = document.createElement("label"), box = document.createElement("input");
  label.className = "check";
  box.type = "checkbox";
  box.value = name;
  box.checked = state === "added" || chosen.has(name);
  box.disabled = !OPEN.has(state);
  const text = document.createElement("span");
  text.textContent = name;
  label.append(box, text);
  const note = { added: words.already, hidden: words.hidden, unusable: words.unusable }[state];
  if (note) {
    const small = document.createElement("small");
    small.textContent = note;
    label.append(small);
  }
  item.append(label);
  return item;
}

function count() {
  const open = shownNow().filter((each) => OPEN.has(each.state));
  const on = open.filter((each) => chosen.has(each.name)).length;
  at("found-all-label").hidden = open.length < 2;
  at("found-all").checked = on > 0 && on === open.length;
  at("found-all").indeterminate = on > 0 && on < open.length;
  const add = at("found-add");
  add.hidden = !profiles.some((each) => OPEN.has(each.state));
  add.disabled = !chosen.size;
  const number = chosen.size.toLocaleString(document.documentElement.lang);
  add.textContent = chosen.size ? say(words.add_chosen, { chosen: number }) : words.add;
}

at("found-list").addEventListener("change", (event) => {
  if (event.target.checked) chosen.add(event.target.value);
  else chosen.delete(event.target.value);
  count();
});
at("found-all").addEventListener("change", () => {
  for (const each of shownNow()) {
    if (!OPEN.has(each.state)) continue;
    if (at("found-all").checked) chosen.add(each.name);
    else chosen.delete(each.name);
  }
  draw();
});
at("found-search").addEventListener("input", draw);
onSubmit(at("found-form"), async () => {
  if (!chosen.size || !await send("/setup/add", { names: [...chosen] })) return;
  chosen.clear();
  draw();
  awaitResults();
});
