// What needs the user, above the list: questions before a stop, sign-ins, problems with what to do.

import { at, redraw, tell } from "/shared/page.js";

/** What an entry says, in one text. */
const saying = (entry) => [entry.label, ...entry.children.filter(({ kind }) => kind === "text").map(({ label }) => label)].join(" ");

export class Notices {
  /** @param instead what has the focus when what had it is gone with all that it belonged to */
  constructor(section, choose, instead) {
    this.section = section;
    this.choose = choose;
    this.instead = instead;
    this.shown = "";
    this.awaited = "";
    this.failure = null;
  }

  /** Shows the entries; the question about the notebook instance that the user chose to stop gets the focus. */
  show(entries) {
    const now = JSON.stringify(entries);
    if (now !== this.shown) {
      this.shown = now;
      redraw(this.section, () => {
        this.section.replaceChildren(...entries.map((entry) => this.notice(entry, [], 2)));
        this.section.hidden = !entries.length;
      }, (had) => this.after(had));
      this.tellFailure(entries.find((entry) => entry.key === "notice"));
    }
    if (!this.awaited) return;
    const question = [...this.section.querySelectorAll("[data-question]")].find((each) => each.dataset.question === this.awaited);
    if (question) {
      this.awaited = "";
      question.focus();
      question.scrollIntoView({ block: "center" });
    }
  }

  /** Has what the user did and what failed be seen and heard also by who is far down in the list. */
  tellFailure(entry) {
    const said = entry ? saying(entry) : "", before = this.failure;
    this.failure = said;
    // What was there when the page came is at its beginning, where the user is.
    if (said === before || before === null) return;
    if (before && at("message").textContent === before) tell("");
    const above = said && this.section.getBoundingClientRect().top < 0;
    if (above) tell(said);
    at("heard").textContent = above ? "" : said;
  }

  /** What has the focus after a line has gone: the line itself, drawn anew, else the heading that it stood under. */
  after(had) {
    for (let path = had.path ?? []; path.length; path = path.slice(0, -1)) {
      const found = this.section.querySelector(`[data-path="${CSS.escape(path.join(" "))}"]`);
      if (found) return found;
    }
    return this.instead();
  }

  notice(entry, path, level) {
    path = [...path, entry.key];
    if (entry.kind === "group") {
      const box = document.createElement("section"), heading = document.createElement(`h${level}`);
      heading.textContent = entry.label;
      box.append(heading);
      const question = entry.key.startsWith("question/");
      if (question) {
        // Of one notebook instance its ARN, else the whole key.
        heading.dataset.question = /\/(arn:.*)$/.exec(entry.key)?.[1] ?? entry.key;
      }
      heading.path = path;
      heading.dataset.path = path.join(" ");
      heading.tabIndex = -1;
      box.className = question ? "question" : "problem";
      const buttons = document.createElement("div");
      buttons.className = "buttons";
      for (const child of entry.children) {
        if (child.kind === "line") continue;
        (child.kind === "button" ? buttons : box).append(this.notice(child, path, level + 1));
      }
      if (buttons.childElementCount) box.append(buttons);
      return box;
    }
    if (entry.kind === "button") {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = entry.label;
      button.path = path;
      button.dataset.path = path.join(" ");
      button.addEventListener("click", () => this.choose({ kind: "choose", path }));
      return button;
    }
    const text = document.createElement("p");
    text.textContent = entry.label;
    return text;
  }
}
