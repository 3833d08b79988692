// What is known of all notebook instances: kept by ARN, sorted, and searched without touching the page.

import { folded, terms as termsOf } from "/shared/page.js";

// What rows are sorted by, as text; the name decides among equal ones.
const BY = {
  status: (row) => String.fromCharCode(65 + row.order),
  name: () => "",
  profile: (row) => row.place.sortProfile,
  account: (row) => row.place.account,
  region: (row) => row.place.region,
  type: (row) => row.type,
  since: (row) => String(9e9 - (row.since ?? 0)).padStart(12, "0"),
};
const padded = new Map();

function pad(digits) {
  let found = padded.get(digits);
  if (found === undefined) {
    if (padded.size > 20000) padded.clear();
    padded.set(digits, found = digits.padStart(12, "0"));
  }
  return found;
}

/** Text in which numbers sort by their value: model-2 before model-10. Comparing such texts is far quicker than Intl. */
function natural(text) {
  return folded(text).replace(/\d+/g, pad);
}

export class Data {
  constructor(statuses) {
    this.statuses = statuses;
    this.order = new Map(Object.keys(statuses).map((status, at) => [status, at]));
    this.rows = new Map();
    this.owners = new Map();
    this.sorted = [];
    this.sort = "status";
    this.descending = false;
    this.query = "";
    this.filters = { status: "", profile: "", region: "" };
    this.found = [];
    this.narrower = null;
  }

  statusWord(status) {
    return Object.hasOwn(this.statuses, status) ? this.statuses[status] : status;
  }

  /** Takes what the server sent: all rows, or those that have changed. */
  take(table) {
    if (table.whole) this.rows.clear();
    for (const arn of table.gone ?? []) this.rows.delete(arn);
    const places = table.places.map(([profile, region, account, start]) => ({
      profile, region, account, start, sortProfile: natural(profile),
      text: `${profile} ${account} ${region}`,
    }));
    for (const [number, name, status, type, since, others, end] of table.rows) {
      const place = places[number];
      const arn = place.start + (end ?? name);
      this.rows.set(arn, {
        arn, name, place, status, type, since, others: others ?? [],
        order: this.order.get(status) ?? this.order.size,
        sortName: natural(name),
        key: "", text: "",
      });
    }
    this.arrange();
  }

  /** Takes owners by ARN; with `all`, those that were known are no longer. */
  takeOwners(owners, all) {
    if (all) this.owners.clear();
    for (const [arn, owner] of Object.entries(owners)) this.owners.set(arn, owner);
    for (const row of this.rows.values()) row.text = "";
    this.narrower = null;
    this.find();
  }

  arrange() {
    const value = BY[this.sort];
    this.sorted = [...this.rows.values()];
    for (const row of this.sorted) row.key = `${value(row)}\n${row.sortName}\n${row.place.start}`;
    this.sorted.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    if (this.descending) this.sorted.reverse();
    this.narrower = null;
    this.find();
  }

  sortBy(column) {
    this.descending = this.sort === column && !this.descending;
    this.sort = column;
    this.arrange();
  }

  search(query) {
    query = folded(query).trim();
    if (!query.startsWith(this.query)) this.narrower = null;
    this.query = query;
    this.find();
  }

  filter(name, value) {
    this.filters[name] = value;
    this.narrower = null;
    this.find();
  }

  find() {
    const terms = termsOf(this.query);
    const { status, region } = this.filters;
    // Several profiles in one, as a group of the menu's has them.
    const profiles = this.filters.profile && new Set(this.filters.profile.split("\n"));
    // What was found for the beginning of the same words holds all that is found for the longer ones.
    this.found = (this.narrower ?? this.sorted).filter((row) =>
      (!status || row.status === status) &&
      (!profiles || profiles.has(row.place.profile) || row.others.some((other) => profiles.has(other))) &&
      (!region || row.place.region === region) &&
      (!terms.length || terms.every((term) => this.text(row).includes(term))));
    this.narrower = this.found;
  }

  /** All that a row is found by; made when it is first searched. */
  text(row) {
    return row.text || (row.text = folded(
      `${row.name} ${row.place.text} ${row.type} ${this.statusWord(row.status)} ${row.others.join(" ")} ${
        this.owners.get(row.arn) ?? ""}`));
  }

  /** The values that a filter offers, in order. */
  values(name) {
    const found = new Set();
    for (const row of this.rows.values()) {
      found.add(name === "status" ? row.status : row.place[name]);
      if (name === "profile") for (const other of row.others) found.add(other);
    }
    if (name === "status") return [...found].sort((a, b) => (this.order.get(a) ?? 99) - (this.order.get(b) ?? 99));
    return [...found].sort((a, b) => (natural(a) < natural(b) ? -1 : 1));
  }
}
