// What became of what was added: how many notebook instances it has, what is wrong, and what can be done next.

import { at, redraw, send } from "/shared/page.js";

let shown = "";
// The boxes of the profiles by their keys, each with what it shows: what stays the same isn't read aloud once more.
let boxes = new Map();
let awaited = false;

/** Brings the results to the user once they are there: something was just added. */
export function awaitResults() {
  awaited = true;
  bring();
}

function bring() {
  if (!awaited || at("results").hidden) return;
  awaited = false;
  at("results-title").focus();
  at("results").scrollIntoView({ block: "start" });
}

export function showResults(entries) {
  const now = JSON.stringify(entries);
  if (now !== shown) {
    shown = now;
    const groups = entries.filter((entry) => entry.kind === "group");
    redraw(at("results"), () => {
      drawGroups(groups);
      at("results-next").replaceChildren(...entries.filter((entry) => entry.kind === "button").map((entry) => button(entry, [])));
      at("results").hidden = !groups.length;
    }, after);
  }
  bring();
}

/** What has the focus after a line has gone: the line itself, drawn anew, else the heading that it stood under. */
function after(had) {
  const of = (path) => path && at("results").querySelector(`[data-path="${CSS.escape(path.join(" "))}"]`);
  return of(had.path) ?? of(had.path?.slice(0, 1)) ?? at("results-title");
}

function drawGroups(groups) {
  const before = boxes, list = at("results-list");
  boxes = new Map(groups.map((entry) => {
    const said = JSON.stringify(entry), known = before.get(entry.key);
    return [entry.key, known?.said === said ? known : { said, box: group(entry) }];
  }));
  const wanted = [...boxes.values()].map(({ box }) => box);
  for (const each of [...list.children]) if (!wanted.includes(each)) each.remove();
  wanted.forEach((each, at) => { if (list.children[at] !== each) list.insertBefore(each, list.children[at] ?? null); });
}

function group(entry) {
  const box = document.createElement("section"), heading = document.createElement("h3");
  heading.textContent = entry.label;
  heading.path = [entry.key];
  heading.dataset.path = entry.key;
  heading.tabIndex = -1;
  box.dataset.result = entry.label;
  box.append(heading);
  const buttons = document.createElement("div");
  buttons.className = "buttons";
  for (const child of entry.children) {
    if (child.kind === "button") buttons.append(button(child, [entry.key]));
    else {
      const text = document.createElement("p");
      text.textContent = child.label;
      text.className = child.key.split("/")[0];
      box.append(text);
    }
  }
  if (buttons.childElementCount) box.append(buttons);
  return box;
}

function button(entry, above) {
  const made = document.createElement("button"), path = [...above, entry.key];
  made.type = "button";
  made.textContent = entry.label;
  made.path = path;
  made.dataset.path = path.join(" ");
  made.addEventListener("click", () => send("/setup/do", { path }));
  return made;
}
