// A field of the page: what is set is saved at once, and what the program says of it stands beside it.

import { ask, words } from "/shared/page.js";

let count = 0;

/** An element of a kind, with attributes and text: no text of the page's is made into HTML. */
export function make(kind, attributes = {}, ...content) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...content);
  return made;
}

export class Field {
  /** `shows` writes a value of the program's into the field's controls. */
  constructor(profile, setting, shows) {
    this.profile = profile;
    this.setting = setting;
    this.shows = shows;
    this.known = undefined;
    this.saving = false;
    this.told = 0;
    this.turn = 0;
    this.wanted = 0;
    this.last = null;
    this.sent = Promise.resolve();
    this.locked = false;
    this.typing = false;
    this.said = make("p", { class: "said", role: "status", id: `said-${++count}` });
    this.controls = [];
  }

  /** Has a control's problem read to those who can't see it. */
  describes(control, ...more) {
    control.setAttribute("aria-describedby", [this.said.id, ...more].join(" "));
    this.controls.push(control);
    return control;
  }

  /** As `describes`; what comes from elsewhere while the user writes into the control doesn't take that away. */
  writes(control, ...more) {
    control.addEventListener("input", () => { this.typing = true; });
    control.addEventListener("change", () => { this.typing = false; });
    control.addEventListener("blur", () => {
      if (!this.typing) return;
      this.typing = false;  // it is again as it was
      if (this.last) this.shows(this.last[0]);
    });
    return this.describes(control, ...more);
  }

  /** Lets the user change it, or not, where an administrator has set it: then it says so. */
  lock(locked) {
    const changed = this.locked !== locked;
    this.locked = locked;
    if (changed) this.relock?.();
    for (const each of this.element.querySelectorAll("input, select, button")) each.disabled = locked;
    if (!locked && !this.byWhom) return;
    if (!this.byWhom) {
      this.byWhom = make("p", { class: "hint", id: `${this.said.id}-by` }, words.by_administrator);
      this.said.before(this.byWhom);
      for (const each of this.controls) each.setAttribute("aria-describedby", `${each.getAttribute("aria-describedby")} ${this.byWhom.id}`);
    }
    this.byWhom.hidden = !locked;
  }

  say(text, kind = "", ...more) {
    this.said.className = `said ${kind}`;
    this.said.replaceChildren(text, ...more);
    for (const control of this.controls) control.toggleAttribute("aria-invalid", kind === "refused");
    for (const control of this.controls) if (kind === "refused") control.setAttribute("aria-invalid", "true");
  }

  refuse(problem, ...more) {
    this.say("", "refused", make("strong", {}, problem.title), ` ${problem.message} ${problem.remedy} `, ...more);
  }

  /** Saves a value; returns whether the program took it. `overrule` has it take what it refused before. */
  async save(value, overrule = false) {
    // What is said from here on is of this value: the end of an earlier save no longer matters.
    const turn = ++this.turn;
    this.saving = false;
    this.say(words.saving);
    try {
      // One after the other: what is checked for longer must not overtake what was chosen later.
      const answer = this.sent.then(() => ask("/settings/set", {
        profile: this.profile, setting: this.setting, value, ...(overrule ? { any_region: true } : {}),
      }));
      this.sent = answer.catch(() => {});
      const { ok, said } = await answer;
      if (turn !== this.turn) return ok;
      if (ok) {
        this.spell?.(said.spelled);
        this.saved(said.taken);
        return true;
      }
      const more = [];
      if (said.confirm) {
        const anyway = make("button", { type: "button", class: "quiet", "data-do": "anyway" }, words.use_anyway);
        anyway.addEventListener("click", () => this.save(value, true));
        more.push(anyway);
      }
      if (said.title) this.refuse(said, ...more);
      else this.say(said.message ?? words.failed, "refused");
    } catch { this.say(words.gone, "refused"); }
    return false;
  }

  /** Saves what was chosen. In a choice that is refused there is nothing to correct: the program's own is shown again. */
  async choose(value) {
    const turn = this.turn + 1;
    if (!await this.save(value) && turn === this.turn && this.last) this.shows(this.last[0]);
  }

  /** Waits for what becomes of a value, the last of `taken` that were set; the page may have been told already. */
  saved(taken) {
    this.wanted = taken;
    this.saving = true;
    if (this.last) this.take(...this.last);
  }

  /** Takes the program's value, and what it says of the last one that was to be saved. */
  take(value, state) {
    this.last = [value, state];
    const saving = this.saving && state.taken >= this.wanted;
    const is = ([profile, setting]) => profile === this.profile && setting === this.setting;
    const refused = state.refused && is(state.refused.field) && state.refused.since > this.told ? state.refused : null;
    if (refused && saving) {
      this.told = refused.since;
      this.saving = false;
      this.refuse(refused);
      this.known = undefined;
    } else if (saving && !state.under_way.some(is)) {
      this.saving = false;
      this.say(words.saved, "saved");
    }
    const now = JSON.stringify(value);
    if (now === this.known) return;
    const first = this.known === undefined;
    this.known = now;
    if (first || !(this.saving || this.typing)) this.shows(value);
  }
}
