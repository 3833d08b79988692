// All that can be set of one profile.

import { ask, given, say, send, words } from "/shared/page.js";
import { confirmed, keyStored } from "./dialogs.js";
import { Field, make } from "./fields.js";
import { Regions } from "./regions.js";

const OWN = "\n";  // no AWS profile has a line break in its name

export class ProfilePanel {
  constructor(name, renamed) {
    this.name = name;
    this.fields = [this.nameField(renamed), this.shown(), this.credentials(), this.regions = new Regions(name), this.length(),
      this.view(), this.leftRunning(), this.stopAt(), this.stopWhenIdle(), this.stopAtLogout(),
      this.scheduleRole()];
    this.heading = make("h2", { id: "panel-heading" }, name);
    this.problem = make("div", { class: "refused" });
    this.element = make("div", { class: "panel" }, this.heading, this.problem, ...this.fields.map((each) => each.element),
      this.test(), this.removal());
  }

  take(profile, state) {
    this.problem.replaceChildren();
    this.problem.hidden = !profile.problem;
    for (const each of this.fields) each.element.hidden = !!profile.problem;
    this.tested.hidden = !!profile.problem;
    if (profile.problem) {
      const { title, message, remedy } = profile.problem;
      this.problem.append(make("p", {}, make("strong", {}, title), ` ${message} ${remedy}`));
      return;
    }
    this.profile = profile;
    this.state = state;
    // A profile may be called “constructor”, which every object has something of.
    const mine = (of) => Object.hasOwn(of, this.name) ? of[this.name] : undefined;
    const { policy } = state, locked = mine(policy.profiles) ?? policy.every;
    for (const each of this.fields) {
      each.limit?.(policy);
      each.take(each.value(profile, state), state);
      each.lock(locked.includes(each.setting));
    }
    this.removing.lock(locked.includes("name"));
    this.showTrial(mine(state.trials), state);
  }

  nameField(renamed) {
    const input = make("input", { id: "name", maxlength: "300", spellcheck: "false", autocomplete: "off" });
    const field = new Field(this.name, "name", (name) => { input.value = name; });
    field.writes(input);
    field.value = (profile) => profile.name;
    field.element = make("div", { class: "field" }, make("label", {}, make("span", {}, words.name), input), field.said);
    input.addEventListener("change", async () => {
      const name = input.value.trim();
      if (name === this.name) {  // taken back: what was said of another name is over
        input.value = name;
        field.say("");
      } else if (await field.save(name)) renamed(this.name, name);
    });
    return field;
  }

  shown() {
    const input = make("input", { type: "checkbox", id: "shown" });
    const field = new Field(this.name, "shown", (on) => { input.checked = on; });
    const hint = make("p", { class: "hint", id: "shown-hint" }, words.shown_hint);
    field.describes(input, hint.id);
    field.value = (profile) => profile.shown;
    field.element = make("div", { class: "field" }, make("label", { class: "check" }, input, make("span", {}, words.shown)),
      hint, field.said);
    input.addEventListener("change", () => field.choose(input.checked));
    return field;
  }

  credentials() {
    const select = make("select", { id: "credentials" });
    const key = make("button", { type: "button", class: "quiet", id: "own-key" });
    const field = new Field(this.name, "credentials", (now) => {
      const names = now.aws_profiles.map((name) => [name, name]);
      if (now.own) names.unshift([OWN, now.own]);
      else if (!now.in_config) names.unshift([now.aws_profile, say(words.not_in_config, { name: now.aws_profile })]);
      select.replaceChildren(...names.map(([value, label]) => make("option", { value }, label)));
      select.value = now.own ? OWN : now.aws_profile;
      key.textContent = now.key ? words.replace_key : `${words.own_key}…`;
    });
    field.limit = ({ may_have_keys: may }) => { key.hidden = !may; };
    field.describes(select);
    field.value = ({ aws_profile, in_config, own, key: hasKey }, { aws_profiles }) =>
      ({ aws_profile, in_config, own, key: hasKey, aws_profiles });
    field.element = make("div", { class: "field" }, make("label", {}, make("span", {}, words.credentials), select), key, field.said);
    const again = () => field.shows(field.value(this.profile, this.state));
    select.addEventListener("change", async () => {
      const name = select.value;
      if (name === OWN) return;
      const yes = say(words.other_signer, { name });
      // What would be lost is asked about first.
      const asked = this.profile.own
        ? await confirmed(`${yes}?`, [this.profile.key ? words.drop_key_hint : words.drop_hint], yes) : true;
      if (!asked || !await field.save({ aws_profile: name })) again();
    });
    key.addEventListener("click", async () => {
      const taken = await keyStored(this.name);
      if (!taken) return;
      field.say(words.saving);
      field.saved(taken);
    });
    return field;
  }

  length() {
    const ticks = given.lengths;
    const slider = make("input", { type: "range", id: "length-slider", min: "0", max: ticks.length - 1, step: "1", list: "lengths" });
    const text = make("input", { id: "length", size: "10", maxlength: "20", spellcheck: "false", autocomplete: "off" });
    const nearest = (seconds) => ticks.reduce((best, [each], at) =>
      Math.abs(Math.log(each / seconds)) < Math.abs(Math.log(ticks[best][0] / seconds)) ? at : best, 0);
    const field = new Field(this.name, "session_seconds", ({ seconds, length }) => {
      slider.value = nearest(seconds);
      slider.setAttribute("aria-valuetext", length);
      text.value = length;
    });
    const atMost = make("p", { class: "hint", id: "length-limit", hidden: true });
    field.limit = ({ longest, at_most: said }) => {
      slider.max = Math.max(0, ticks.filter(([each]) => each <= longest).length - 1);
      [...labels.children].forEach((each, at) => { each.hidden = at > slider.max; });
      atMost.textContent = said;
      atMost.hidden = !said;
    };
    field.spell = (length) => { text.value = length; };
    field.writes(slider);
    field.writes(text);
    field.value = ({ seconds, length }) => ({ seconds, length });
    slider.setAttribute("aria-label", words.session_seconds);
    const labels = make("div", { class: "ticks", "aria-hidden": "true" }, ...ticks.map(([, label]) => make("span", {}, label)));
    field.element = make("div", { class: "field" }, make("label", {}, make("span", {}, words.session_seconds), text),
      make("div", { class: "slider" }, slider, labels, make("datalist", { id: "lengths" },
        ...ticks.map(([, label], at) => make("option", { value: at, label })))), atMost, field.said);
    slider.addEventListener("input", () => {
      text.value = ticks[slider.value][1];
      slider.setAttribute("aria-valuetext", text.value);
    });
    const minutes = (seconds) => `${seconds / 60}m`;
    slider.addEventListener("change", () => field.save(minutes(ticks[slider.value][0])));
    text.addEventListener("change", () => field.save(text.value));
    return field;
  }

  view() {
    const select = make("select", { id: "view" }, ...given.views.map(([value, label]) => make("option", { value }, label)));
    const field = new Field(this.name, "view", (view) => { select.value = view; });
    field.limit = ({ views }) => { for (const each of select.options) each.disabled = !views.includes(each.value); };
    field.describes(select);
    field.value = (profile) => profile.view;
    field.element = make("div", { class: "field" }, make("label", {}, make("span", {}, words.view), select), field.said);
    select.addEventListener("change", () => field.choose(select.value));
    return field;
  }

  leftRunning() {
    return this.short("left_running_hours", "left-running", words.left_running, words.left_running_hint,
      { size: "5", inputmode: "numeric" });
  }

  stopAt() {
    return this.short("stop_at", "stop-at", words.stop_at, words.stop_at_hint, { size: "10" });
  }

  stopWhenIdle() {
    return this.short("stop_when_idle_hours", "stop-when-idle", words.stop_when_idle, words.stop_when_idle_hint,
      { size: "5", inputmode: "numeric" });
  }

  /** A field for a few characters. */
  short(setting, id, label, said, attributes) {
    const input = make("input", { id, maxlength: "20", spellcheck: "false", autocomplete: "off", ...attributes });
    const field = new Field(this.name, setting, (value) => { input.value = value; });
    const hint = make("p", { class: "hint", id: `${id}-hint` }, said);
    field.writes(input, hint.id);
    field.spell = (value) => { input.value = value; };
    field.value = (profile) => profile[setting];
    field.element = make("div", { class: "field" }, make("label", {}, make("span", {}, label), input), hint, field.said);
    input.addEventListener("change", () => field.save(input.value));
    return field;
  }

  stopAtLogout() {
    const input = make("input", { type: "checkbox", id: "stop-at-logout" });
    const field = new Field(this.name, "stop_at_logout", (on) => { input.checked = on; });
    const hint = make("p", { class: "hint", id: "stop-at-logout-hint" }, words.stop_at_logout_hint);
    field.describes(input, hint.id);
    field.value = (profile) => profile.stop_at_logout;
    field.element = make("div", { class: "field" },
      make("label", { class: "check" }, input, make("span", {}, words.stop_at_logout)), hint, field.said);
    input.addEventListener("change", () => field.choose(input.checked));
    return field;
  }

  scheduleRole() {
    return this.short("schedule_role", "schedule-role", words.schedule_role, words.schedule_role_hint,
      { maxlength: "700", autocapitalize: "none" });
  }

  test() {
    const button = make("button", { type: "button", id: "test" }, words.test);
    this.outcome = make("div", { role: "status", id: "outcome" });
    button.addEventListener("click", () => send("/settings/do", { profile: this.name, do: "test" }));
    return this.tested = make("section", { class: "test" }, button, this.outcome);
  }

  showTrial(trial, state) {
    const refused = state.refused?.field.join("\n") === `${this.name}\ntest` ? state.refused : null;
    const lines = !trial ? (refused ? [{ problem: refused }] : []) : !trial.over ? [{ text: words.testing }] :
      [...trial.found.map((text) => ({ text })), ...trial.problems.map((problem) => ({ problem }))];
    const now = JSON.stringify([lines, trial?.signs_in]);
    if (now === this.trialShown) {
      if (trial?.age && this.age) this.age.textContent = trial.age;
      return;
    }
    this.trialShown = now;
    this.outcome.replaceChildren(...lines.map(({ text, problem }) => problem
      ? make("p", { class: "refused" }, make("strong", {}, problem.title), ` ${problem.message} ${problem.remedy}`)
      : make("p", {}, text)));
    if (trial?.signs_in) {
      const signIn = make("button", { type: "button", "data-do": "sign-in" }, words.sign_in);
      signIn.addEventListener("click", () => send("/settings/do", { profile: this.name, do: "sign_in" }));
      this.outcome.append(signIn);
    }
    this.age = make("p", { class: "hint" }, trial?.age ?? "");
    if (trial?.age) this.outcome.append(this.age);
  }

  removal() {
    const button = make("button", { type: "button", class: "quiet danger", id: "remove" }, words.remove);
    const field = new Field(this.name, "remove", () => {});
    button.addEventListener("click", async () => {
      const { ok, said } = await ask("/settings/lost", { profile: this.name }).catch(() => ({ said: {} }));
      if (!ok) { field.say(said.message ?? words.gone, "refused"); return; }
      const yes = say(words.remove_named, { name: this.name });
      if (await confirmed(`${yes}?`, said.lost, yes)) await send("/settings/do", { profile: this.name, do: "remove" });
    });
    this.removing = field;
    return field.element = make("div", { class: "removal" }, button, field.said);
  }
}
