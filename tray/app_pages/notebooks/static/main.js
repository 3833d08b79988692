// Joins the parts of the page. No text of the page's is made into HTML, and no address holds what the user does.

import { Data } from "./data.js";
import { More } from "./dialog.js";
import { Hours } from "./hours.js";
import { List } from "./list.js";
import { Notices } from "./notices.js";
import { at, follow, given, say, send as sendTo, words, writeWords } from "/shared/page.js";

const COLUMNS = ["name", "status", "profile", "account", "region", "type", "since"];
// As the menu counts, in `texts/left_running.py`.
const DAYS_FROM_HOURS = 48;
const STARTABLE = new Set(["Stopped", "Failed"]);

const data = new Data(given.statuses);
// Where the menu has led here from a group of profiles, the page shows these first.
const { first } = given;
if (first.profiles) data.filters.profile = first.profiles.join("\n");
let around = { state: "", top: [], inPlaceOfStatus: {}, awaited: [], profiles: {}, stale: [], read: false,
  owner_tag: "" };
let stale = new Map();
let awaited = new Set();

const send = (path, what) => sendTo(`/notebooks/${path}`, what);

// Rows.

const dates = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" });

function make() {
  const row = document.createElement("div");
  row.setAttribute("role", "row");
  row.className = "row";
  row.cells = {};
  for (const column of [...COLUMNS, "days", "actions"]) {
    const cell = document.createElement("div");
    cell.setAttribute("role", "gridcell");
    cell.className = column;
    row.cells[column] = cell;
    row.append(cell);
  }
  const button = (does, kind) => {
    const made = document.createElement("button");
    made.type = "button";
    made.dataset.do = does;
    made.className = kind;
    row.cells.actions.append(made);
    return made;
  };
  row.main = button("main", "");
  row.more = button("more", "quiet");
  row.more.textContent = words.more;
  return row;
}

/** How long a notebook instance has been running, if for longer than its profile's limit: as `left_running_hours`. */
function leftRunning(item) {
  const limit = around.profiles[item.place.profile]?.[3] ?? 0;
  if (!limit || item.status !== "InService" || item.since === null) return null;
  const hours = Math.floor((Date.now() / 1000 - item.since) / 3600);
  if (Date.now() / 1000 - item.since <= limit * 3600) return null;
  return hours >= DAYS_FROM_HOURS ? say(words.running_days, { days: Math.floor(hours / 24) }) : say(words.running_hours, { hours });
}

function fill(row, item, active) {
  const { cells } = row;
  const how = around.inPlaceOfStatus[item.arn] ?? leftRunning(item) ?? data.statusWord(item.status);
  const age = stale.get(`${item.place.profile} ${item.place.region}`);
  cells.name.textContent = cells.name.title = item.name;
  cells.status.textContent = cells.status.title = age ? `${how} (${say(words.stale, { age })})` : how;
  cells.status.dataset.status = item.status;
  const owner = data.owners.get(item.arn), profile = [item.place.profile, ...item.others].join(", ");
  cells.profile.textContent = cells.profile.title = owner ? say(words.owned, { profile, owner }) : profile;
  cells.account.textContent = item.place.account;
  cells.region.textContent = item.place.region;
  cells.type.textContent = item.type;
  cells.since.textContent = item.since === null ? "" : dates.format(item.since * 1000);
  hours.draw(cells.days, item.arn);
  // Read aloud with each arrow key: the rest is in the cells.
  row.setAttribute("aria-label", [item.name, how, profile, item.place.region].join(", "));
  const does = primary(item);
  row.main.hidden = !does;
  if (does) {
    row.main.textContent = words[does];
    row.main.setAttribute("aria-label", say(words[`${does}_named`], { name: item.name }));
  }
  row.more.setAttribute("aria-label", say(words.more_named, { name: item.name }));
  row.main.tabIndex = row.more.tabIndex = active ? 0 : -1;
}

/** The name of what Enter does with a notebook instance now; nothing if it can't be opened. */
function primary(item) {
  if (!around.profiles[item.place.profile]) return "";
  if (item.status === "InService") return "open";
  if (STARTABLE.has(item.status)) return "start_open";
  return item.status === "Pending" && !awaited.has(item.arn) ? "open_later" : "";
}

function opens(item) {
  const [view, seconds] = around.profiles[item.place.profile];
  return { profile: item.place.profile, arn: item.arn, view, session_seconds: seconds };
}

function doPrimary(item) {
  const does = item && primary(item);
  if (!does) return;
  if (does === "open") send("do", { kind: "OpenNotebook", ...opens(item) });
  else send("do", { kind: "StartNotebook", profile: item.place.profile, arn: item.arn, opens: opens(item) });
}

function start(item) {
  if (STARTABLE.has(item.status)) send("do", { kind: "StartNotebook", profile: item.place.profile, arn: item.arn });
}

function askToStop(item) {
  if (item.status !== "InService") return;
  notices.awaited = item.arn;
  send("do", { kind: "AskToStop", profile: item.place.profile, arn: item.arn });
}

const hours = new Hours(() => {
  list.fillAgain();
  if (at("more").open) hours.list(at("days"), at("days").dataset.arn);
});
const list = new List(at("rows"), make, fill);
const notices = new Notices(at("notices"), async (choice) => {
  if (choice.path[0] === "stop-all") notices.awaited = "question/all";
  await send("do", choice);
  if (/^question\//.test(choice.path[0])) list.go(Math.max(0, list.activeAt));
}, () => {
  list.go(Math.max(0, list.activeAt));
  return data.found.length ? null : at("search");
});
const more = new More(at("more"), (row) => send("actions", row), (choice, row, key) => {
  if (key === "stop") notices.awaited = row.arn;
  send("do", choice);
});

function openMore(item) {
  hours.list(at("days"), item.arn);
  at("days").open = false;
  // The browser gives the focus back to the row, unless the row has gone meanwhile.
  const owner = data.owners.get(item.arn);
  more.open(item, owner ? say(words.owner_is, { owner }) : "", () => { if (document.activeElement === document.body && !notices.awaited) list.go(list.activeAt); });
}

/** @param anew whether the user has searched, filtered or sorted, and not the rows changed by themselves */
function showFound(anew = true) {
  list.show(data.found, anew);
  at("grid").setAttribute("aria-rowcount", data.found.length + 1);
  const numbers = { shown: data.found.length.toLocaleString(document.documentElement.lang),
    total: data.rows.size.toLocaleString(document.documentElement.lang) };
  at("count").textContent = say(data.found.length === data.rows.size ? words.all_shown : words.shown, numbers);
  const nothing = !data.found.length;
  at("nothing").hidden = !nothing;
  at("grid").hidden = nothing;
  at("nothing").querySelector("p").textContent = data.rows.size ? words.none : around.read ? words.empty : words.loading;
  at("clear").hidden = !data.rows.size;
}

// Filters.

function offer(name, all) {
  const select = at(name), values = data.values(name);
  const now = JSON.stringify(values);
  if (select.offered === now) return;
  select.offered = now;
  const option = (value, label) => {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = label;
    return made;
  };
  const chosen = data.filters[name];
  if (chosen && !values.includes(chosen)) values.push(chosen);
  select.replaceChildren(option("", all), ...values.map((value) => option(value,
    name === "status" ? data.statusWord(value) : first.profiles?.length > 1 && value.includes("\n") ? first.label : value)));
  select.value = chosen;
}

function clear() {
  at("search").value = "";
  data.search("");
  for (const name of ["status", "profile", "region"]) {
    at(name).value = "";
    data.filter(name, "");
  }
  scrollTo(0, 0);
  showFound();
  at("search").focus();
}

function showColumns() {
  at("columns").replaceChildren(...COLUMNS.map((column) => {
    const cell = document.createElement("div"), button = document.createElement("button");
    cell.setAttribute("role", "columnheader");
    cell.className = column;
    const sorted = data.sort === column ? (data.descending ? "descending" : "ascending") : "none";
    cell.setAttribute("aria-sort", sorted);
    button.type = "button";
    button.className = "quiet";
    button.textContent = words[column === "profile" && around.owner_tag ? "profile_owner" : column];
    button.title = say(words.sort_by, { column: words[column] });
    button.dataset.sort = column;
    button.dataset.again = "";
    cell.append(button);
    return cell;
  }), ...["days", "actions"].map((column) => {
    const cell = document.createElement("div");
    cell.setAttribute("role", "columnheader");
    cell.className = column;
    cell.textContent = words[column];
    return cell;
  }));
}

// What the user does.

at("search").addEventListener("input", () => {
  data.search(at("search").value);
  if (scrollY > 0) scrollTo(0, 0);
  showFound();
});
at("filters").addEventListener("submit", (event) => event.preventDefault());
at("search").addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") {
    event.preventDefault();
    list.go(0);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (data.found.length === 1) doPrimary(data.found[0]);
    else list.go(0);
  } else if (event.key === "Escape" && at("search").value) {
    event.preventDefault();
    clear();
  }
});
for (const name of ["status", "profile", "region"]) {
  at(name).addEventListener("change", () => {
    data.filter(name, at(name).value);
    scrollTo(0, 0);
    showFound();
  });
}
at("clear").addEventListener("click", clear);
// How old the list is changes each minute: it is read aloud to who asks for a new one, and to nobody else.
at("refresh").addEventListener("click", () => {
  at("state").setAttribute("aria-live", "polite");
  send("do", { kind: "Refresh" });
});
at("refresh").addEventListener("blur", () => at("state").setAttribute("aria-live", "off"));
at("columns").addEventListener("click", (event) => {
  const column = event.target.dataset.sort;
  if (!column) return;
  data.sortBy(column);
  showColumns();
  at("columns").querySelector(`[data-sort=${column}]`).focus();
  showFound();
});
const itemOf = (target) => data.rows.get(target.closest("[data-arn]")?.dataset.arn);
at("rows").addEventListener("focusin", (event) => {
  const item = itemOf(event.target);
  if (item) list.choose(item.arn);
});
at("rows").addEventListener("click", (event) => {
  const item = itemOf(event.target);
  if (!item) return;
  const does = event.target.closest("button")?.dataset.do;
  if (does === "main") doPrimary(item);
  else if (does === "more") openMore(item);
  else list.go(data.found.indexOf(item));
});
at("rows").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const item = list.activeItem;
  if (!item) return;
  const key = event.key.toLowerCase();
  const onRow = event.target.getAttribute("role") === "row";
  const moves = {
    ArrowDown: list.activeAt + 1, ArrowUp: list.activeAt - 1, PageDown: list.activeAt + list.page,
    PageUp: list.activeAt - list.page, Home: 0, End: data.found.length - 1,
  };
  if (event.key in moves) {
    event.preventDefault();
    if (event.key === "ArrowUp" && list.activeAt === 0) at("search").focus();
    else list.go(moves[event.key]);
  } else if (event.key === "Enter" && onRow) {
    event.preventDefault();
    if (!event.repeat) doPrimary(item);
  } else {
    const does = { s: start, x: askToStop, m: openMore }[key];
    if (does) {
      event.preventDefault();
      if (!event.repeat) does(item);
    }
  }
});
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches("input, select") || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  at("search").focus();
  at("search").select();
});

// What the server tells.

/** Names owners where they are asked for. */
function showOwnerTag() {
  const hint = around.owner_tag ? words.owner_hint : words.search_hint;
  if (at("search").placeholder === hint) return;
  at("search").placeholder = hint;
  hours.askAgain(); // which tells the rows in sight, whose owners are asked for first
  const sort = document.activeElement.dataset?.sort;
  showColumns();
  if (sort) at("columns").querySelector(`[data-sort=${sort}]`).focus();
}

function take(told) {
  if (told.around) {
    // Without a prototype: a profile may be called like a part of every object.
    around = { ...told.around, profiles: { __proto__: null, ...told.around.profiles } };
    awaited = new Set(around.awaited);
    stale = new Map(around.stale.map(([profile, region, age]) => [`${profile} ${region}`, age]));
    at("state").textContent = around.state;
    notices.show(around.top);
    showOwnerTag();
  }
  if (told.owners) {
    data.takeOwners(told.owners, told.all);
    list.fillAgain();
  }
  if (told.table) {
    data.take(told.table);
    offer("status", words.any_status);
    offer("profile", words.any_profile);
    offer("region", words.any_region);
  }
  showFound(false);
}

writeWords();
at("search").placeholder = words.search_hint;
at("refresh").textContent = words.refresh;
at("refresh").hidden = false;
at("grid").setAttribute("aria-label", words.title);
at("notices").setAttribute("aria-label", words.notices);
showColumns();
at("page").hidden = false;
at("search").focus();
showFound();
follow(take);
