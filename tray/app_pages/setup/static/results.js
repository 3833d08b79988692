// What became of what was added: how many notebook instances it has, what is wrong, and what can be done next.

import { at, send } from "/shared/page.js";

let shown = "";
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
    const focused = at("results").contains(document.activeElement) ? document.activeElement.dataset.path : null;
    const groups = entries.filter((entry) => entry.kind === "group");
    at("results-list").replaceChildren(...groups.map(group));
    at("results-next").replaceChildren(...entries.filter((entry) => entry.kind === "button").map((entry) => button(entry, [])));
    at("results").hidden = !groups.length;
    if (focused) (at("results").querySelector(`[data-path="${CSS.escape(focused)}"]`) ?? at("results-title")).focus();
  }
  bring();
}

function group(entry) {
  const box = document.createElement("section"), heading = document.createElement("h3");
  heading.textContent = entry.label;
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
  made.dataset.path = path.join(" ");
  made.addEventListener("click", () => send("/setup/do", { path }));
  return made;
}
