// The regions of a profile: those that it lists, and a search among all of its partition.

import { ask, folded, redraw, say, terms, words } from "/shared/page.js";
import { Field, make } from "./fields.js";

const MOST_SHOWN = 8;

export class Regions extends Field {
  constructor(profile) {
    super(profile, "regions", (regions) => this.list(regions));
    this.regions = [];
    this.places = null;
    this.chosen = make("ul", { class: "chips" });
    this.own = make("p", { class: "hint" }, words.own_region_hint);
    this.search = this.describes(make("input", {
      type: "search", id: "region-search", spellcheck: "false", autocapitalize: "none", autocomplete: "off", maxlength: "100",
    }));
    this.found = make("ul", { class: "found", id: "regions-found" });
    this.search.setAttribute("aria-controls", this.found.id);
    this.element = make("fieldset", {}, make("legend", {}, words.regions), this.own, this.chosen,
      make("label", {}, make("span", {}, words.find_region), this.search), this.found, this.said);
    this.load();
    this.search.addEventListener("input", () => this.offer());
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.clear();
      if (event.key !== "Enter") return;
      event.preventDefault();
      const typed = this.search.value.trim().toLowerCase();
      const first = this.found.querySelector("button")?.dataset.region;
      if (typed) this.add(this.matches(typed).some(([name]) => name === typed) ? typed : first ?? typed);
    });
  }

  relock() {
    this.list(this.regions);
  }

  value(profile) {
    return profile.regions;
  }

  list(regions) {
    this.regions = regions;
    this.own.hidden = !!regions.length;
    const chips = regions.map((region) => {
      const remove = make("button", { type: "button", class: "quiet", "data-again": true, "data-region": region,
        "aria-label": say(words.remove_region, { region }) }, "✕");
      remove.addEventListener("click", async () => {
        await this.set(this.regions.filter((each) => each !== region));
        this.search.focus();
      });
      remove.hidden = this.locked;
      return make("li", {}, make("span", {}, region), make("small", {}, this.place(region)), remove);
    });
    // Another page may have changed them while the user stands on one.
    redraw(this.chosen, () => this.chosen.replaceChildren(...chips), (had) =>
      [...this.chosen.querySelectorAll("button")].find((each) => each.dataset.region === had.dataset.region) ?? this.search);
  }

  place(region) {
    return this.places?.find(([name]) => name === region)?.[1] ?? "";
  }

  async load() {
    const { ok, said } = await ask("/settings/regions", { profile: this.profile }).catch(() => ({}));
    this.places = ok ? said.regions : [];
    this.list(this.regions);
    this.offer();
  }

  offer() {
    if (!this.places) return;
    const typed = this.search.value.trim().toLowerCase();
    const matches = typed ? this.matches(typed).slice(0, MOST_SHOWN) : [];
    this.found.replaceChildren(...matches.map(([region, place]) => {
      const add = make("button", { type: "button", class: "quiet", "data-region": region }, say(words.add_region, { region }),
        make("small", {}, place));
      add.addEventListener("click", () => this.add(region));
      return make("li", {}, add);
    }));
    if (typed && !matches.length) this.say(words.no_region_found);
    else if (this.said.textContent === words.no_region_found) this.say("");
  }

  matches(typed) {
    const all = terms(typed);
    return (this.places ?? []).filter(([region, place]) => {
      const text = folded(`${region} ${place}`);
      return !this.regions.includes(region) && all.every((term) => text.includes(term));
    });
  }

  async add(region) {
    if (!await this.set([...this.regions, region])) return;
    this.clear();
    this.search.focus();
  }

  async set(regions) {
    const before = this.regions;
    // What is chosen before the answer is there comes on top of this.
    this.regions = regions;
    const taken = await this.save(regions);
    if (this.regions === regions) {
      if (taken) this.list(regions);
      else this.regions = before;
    }
    return taken;
  }

  clear() {
    this.search.value = "";
    this.found.replaceChildren();
  }
}
