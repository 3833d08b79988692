// Joins the parts of the page: a list of the profiles, and what can be set of the one that is chosen.

import { at, folded, follow, given, redraw, say, send, tell, terms as termsOf, words, writeWords } from "/shared/page.js";
import { Field, make } from "./fields.js";
import { ProfilePanel } from "./profile.js";

// More names than this are found by typing.
const MOST_NAMES = 200;
// In what order the settings of the whole program stand; those of notifications share a heading.
const NOTIFY = "notify-";

let state = null;
let chosen = given.first?.profile ?? null;  // a profile's name, empty for the whole program
let panel = null;
let renames = [];

class ProgramPanel {
  constructor() {
    const plain = given.program.filter(([name]) => !name.startsWith(NOTIFY));
    const notify = given.program.filter(([name]) => name.startsWith(NOTIFY));
    this.fields = [];
    const boxes = (settings) => settings.map(([name, label, isSwitch]) =>
      isSwitch ? this.box(name, label) : this.text(name, label));
    this.element = make("div", { class: "panel" }, make("h2", { id: "panel-heading" }, words.program), ...boxes(plain),
      make("fieldset", {}, make("legend", {}, words.notifications), ...boxes(notify)));
  }

  box(name, label) {
    const input = make("input", { type: "checkbox", id: name });
    const field = new Field("", name, (on) => { input.checked = on; });
    field.describes(input);
    field.element = make("div", { class: "field" }, make("label", { class: "check" }, input, make("span", {}, label)), field.said);
    input.addEventListener("change", () => field.choose(input.checked));
    this.fields.push(field);
    return field.element;
  }

  text(name, label) {
    const input = make("input", { id: name, maxlength: "128", spellcheck: "false", autocapitalize: "none", autocomplete: "off" });
    const field = new Field("", name, (text) => { input.value = text; });
    const hint = make("p", { class: "hint", id: `${name}-hint` }, words.owner_hint);
    field.spell = (key) => { input.value = key; };
    field.writes(input, hint.id);
    field.element = make("div", { class: "field" }, make("label", {}, make("span", {}, label), input), hint, field.said);
    input.addEventListener("change", () => field.save(input.value));
    this.fields.push(field);
    return field.element;
  }

  take(program, now) {
    for (const field of this.fields) {
      field.lock(now.policy.program.includes(field.setting));
      const on = program[field.setting];
      field.element.hidden = on === null;  // it can't be set on this computer
      if (on !== null) field.take(on, now);
    }
  }
}

function show() {
  const known = state.profiles.map((each) => each.name);
  // A profile that was renamed here stays in sight.
  const renamed = renames.find(({ from, to }) => from === chosen && !known.includes(from) && known.includes(to));
  const typed = renamed && document.activeElement?.id;
  if (renamed) {
    chosen = renamed.to;
    renames = [];
  }
  if (chosen === null || (chosen !== "" && !known.includes(chosen))) {
    // Renamed or removed elsewhere, perhaps while the user was about to change it.
    if (panel && chosen && state.read) tell(say(words.profile_gone, { name: chosen }));
    chosen = known[0] ?? "";
  }
  if (!panel || panel.name !== chosen) {
    panel = chosen === "" ? new ProgramPanel() : new ProfilePanel(chosen, (from, to) => renames.push({ from, to }));
    panel.name = chosen;
    const lost = at("panel").contains(document.activeElement);
    at("panel").replaceChildren(panel.element);
    if (lost && !renamed) at("panel").focus({ preventScroll: true });
    if (renamed) {
      panel.fields[0].say(words.saved, "saved");
      if (typed) at(typed)?.focus();
    }
  }
  panel.take(chosen === "" ? state.program : state.profiles.find((each) => each.name === chosen), state);
  showNames();
}

function showNames() {
  const terms = termsOf(at("find").value);
  const all = (text) => terms.every((term) => folded(text).includes(term));
  // Thousands may sign with the AWS profile that is searched for: those that are called so come first.
  const byName = state.profiles.filter(({ name }) => all(name));
  const named = new Set(byName);
  const found = [...byName, ...state.profiles.filter((each) => !named.has(each) && all(`${each.name} ${each.aws_profile ?? ""}`))];
  const now = JSON.stringify([chosen, found.slice(0, MOST_NAMES).map(({ name, shown, problem }) => [name, shown, !problem])]);
  at("none").hidden = !!found.length && found.length <= MOST_NAMES;
  const [shown, total] = [MOST_NAMES, found.length].map((each) => each.toLocaleString(document.documentElement.lang));
  at("none").textContent = found.length ? say(words.names_cut, { shown, total }) : !state.read ? words.reading : state.profiles.length ? words.no_match : words.no_profiles;
  at("add").hidden = !state.policy.may_add;
  at("find-label").hidden = state.profiles.length < 8 && !terms.length;
  at("program").setAttribute("aria-current", chosen === "" ? "true" : "false");
  if (at("names").shown === now) return;
  at("names").shown = now;
  const buttons = found.slice(0, MOST_NAMES).map(({ name, shown }) => {
    const button = make("button", { type: "button", class: "quiet", "data-profile": name,
      "aria-current": name === chosen ? "true" : "false" }, name);
    if (shown === false) button.append(make("small", {}, words.hidden));
    button.addEventListener("click", () => choose(name));
    return make("li", {}, button);
  });
  redraw(at("names"), () => at("names").replaceChildren(...buttons), (had) =>
    at("names").querySelector(`[data-profile="${CSS.escape(had.dataset.profile)}"]`) ?? at("program"));
}

function choose(name) {
  tell("");
  chosen = name;
  show();
}

function take(now) {
  state = { ...state, ...now };
  // A keyring that can't be used is read aloud; how old the list is, each minute, is not.
  at("state").setAttribute("aria-live", state.keyring.length ? "polite" : "off");
  at("state").textContent = state.keyring.length ? `${state.keyring[0].title}. ${state.keyring[0].remedy}` : state.state;
  at("page").hidden = false;
  show();
}

writeWords();
at("add").addEventListener("click", () => send("/settings/do", { profile: "", do: "add" }));
at("program").addEventListener("click", () => choose(""));
at("find").addEventListener("input", showNames);
follow(take);
