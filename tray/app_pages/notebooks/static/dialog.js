// The list of all that can be done with one notebook instance, as the menu has it.

export class More {
  constructor(dialog, ask, choose) {
    this.dialog = dialog;
    this.ask = ask;
    this.choose = choose;
    this.title = dialog.querySelector("#more-title");
    this.about = dialog.querySelector("#more-about");
    this.list = dialog.querySelector("#more-actions");
    this.list.addEventListener("keydown", (event) => this.move(event));
  }

  /** @param owner whose it is, in words; empty where that isn't known */
  async open(row, owner, back) {
    const found = await this.ask({ profile: row.place.profile, arn: row.arn });
    if (!found || this.dialog.open) return;
    this.title.textContent = row.name;
    this.about.textContent = [row.place.profile, row.place.account, owner].filter(Boolean).join(" · ");
    this.list.replaceChildren(...found.map((entry) => this.line(entry, row)));
    this.dialog.addEventListener("close", back, { once: true });
    this.dialog.showModal();
    this.list.querySelector("button")?.focus();
  }

  line(entry, row, above = []) {
    const path = [...above, entry.key];
    if (entry.kind === "line") return document.createElement("hr");
    if (entry.kind === "group") {
      const group = document.createElement("section"), heading = document.createElement("h3");
      heading.textContent = entry.label;
      group.append(heading, ...entry.children.map((child) => this.line(child, row, path)));
      return group;
    }
    if (entry.kind !== "button") {
      const text = document.createElement("p");
      text.textContent = entry.label;
      return text;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = entry.label;
    if (entry.checked !== undefined) button.setAttribute("aria-pressed", entry.checked);
    button.addEventListener("click", () => {
      this.dialog.close();
      this.choose({ kind: "choose", profile: row.place.profile, arn: row.arn, path }, row, entry.key);
    });
    return button;
  }

  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...this.list.querySelectorAll("button")];
    buttons[Math.max(0, Math.min(buttons.length - 1, buttons.indexOf(document.activeElement) + step))]?.focus();
  }
}
