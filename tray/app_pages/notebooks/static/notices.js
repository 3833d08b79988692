// What needs the user, above the list: questions before a stop, sign-ins, problems with what to do.

export class Notices {
  constructor(section, choose) {
    this.section = section;
    this.choose = choose;
    this.shown = "";
    this.awaited = "";
  }

  /** Shows the entries; the question about the notebook instance that the user chose to stop gets the focus. */
  show(entries) {
    const now = JSON.stringify(entries);
    if (now !== this.shown) {
      this.shown = now;
      const focused = this.section.contains(document.activeElement) ? document.activeElement.dataset.path : null;
      this.section.replaceChildren(...entries.map((entry) => this.notice(entry, [], 2)));
      this.section.hidden = !entries.length;
      if (focused) this.section.querySelector(`[data-path="${CSS.escape(focused)}"]`)?.focus();
    }
    if (!this.awaited) return;
    const question = [...this.section.querySelectorAll("[data-question]")].find((each) => each.dataset.question === this.awaited);
    if (question) {
      this.awaited = "";
      question.tabIndex = -1;
      question.focus();
      question.scrollIntoView({ block: "center" });
    }
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
        heading.dataset.path = path.join(" ");
      }
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
      button.dataset.path = path.join(" ");
      button.addEventListener("click", () => this.choose({ kind: "choose", path }));
      return button;
    }
    const text = document.createElement("p");
    text.textContent = entry.label;
    return text;
  }
}
