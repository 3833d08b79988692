// A list of any length of which only the rows in sight are in the page. The whole page scrolls, so that it can be zoomed.

const MORE_ROWS = 8;
// Rows that are out of sight, to be filled anew: while the user scrolls or types, none is made and none thrown away.
const MOST_SPARE = 64;
const MOST_ANCHORS = 9;

export class List {
  /**
   * @param body the element that holds the rows
   * @param make returns a new, empty row
   * @param fill writes what a row shows
   */
  constructor(body, make, fill) {
    this.body = body;
    this.make = make;
    this.fill = fill;
    this.items = [];
    this.drawn = new Map();
    this.spare = [];
    this.active = "";
    this.height = 0;
    this.version = 0;
    this.waits = false;
    const later = () => this.drawSoon();
    addEventListener("scroll", later, { passive: true });
    addEventListener("resize", () => { this.height = 0; this.drawSoon(); });
  }

  /**
   * Shows other items. What is in sight stays there, whatever comes or goes above it, and the next one takes the place
   * of an active one that has gone.
   * @param anew whether the user has asked for others: then what is in sight, and what was active, may be anything
   */
  show(items, anew) {
    const before = this.activeAt, anchors = anew ? [] : this.anchors().map((at) => [at, this.items[at].arn]);
    this.items = items;
    this.version += 1;
    if (this.activeAt < 0) this.active = items[anew ? 0 : Math.max(0, Math.min(before, items.length - 1))]?.arn ?? "";
    // By as much as most have moved: one of them may have moved among the others.
    const moved = anchors.map(([at, arn]) => [at, items.findIndex((item) => item.arn === arn)])
      .filter(([, now]) => now >= 0).map(([at, now]) => now - at).sort((a, b) => a - b);
    const rows = moved[Math.floor(moved.length / 2)];
    if (rows) {
      this.body.style.height = `${items.length * this.height}px`;
      scrollBy(0, rows * this.height);
    }
    this.draw();
  }

  /** The rows that stay where they are in sight: the one that has the focus, else some, once the user has scrolled. */
  anchors() {
    if (!this.height || !this.items.length) return [];
    const above = -this.body.getBoundingClientRect().top;
    const at = this.body.contains(document.activeElement) ? this.activeAt : -1;
    const top = at * this.height - above;
    if (at >= 0 && top > -this.height && top < innerHeight) return [at];
    const first = Math.ceil(above / this.height);
    return above > 0 ? [...Array(MOST_ANCHORS).keys()].map((each) => first + each).filter((each) => each < this.items.length) : [];
  }

  /** Writes again what the rows in sight show. */
  fillAgain() {
    this.version += 1;
    this.draw();
  }

  get activeAt() {
    return this.items.findIndex((item) => item.arn === this.active);
  }

  get activeItem() {
    return this.items[this.activeAt];
  }

  drawSoon() {
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => { this.waits = false; this.draw(); });
  }

  measure() {
    if (this.height) return;
    const probe = this.drawn.values().next().value ?? this.spare[0] ?? this.make();
    const wasThere = probe.isConnected;
    if (!wasThere) this.body.append(probe);
    this.height = Math.max(20, probe.offsetHeight);
    if (wasThere) return;
    probe.remove();
    if (!this.spare.length) this.spare.push(probe);
  }

  draw() {
    this.measure();
    const { items, height, body } = this;
    body.style.height = `${items.length * height}px`;
    const above = -body.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(above / height) - MORE_ROWS);
    const last = Math.min(items.length, Math.ceil((above + innerHeight) / height) + MORE_ROWS);
    const wanted = [];
    for (let at = first; at < last; at += 1) wanted.push(at);
    const focused = body.contains(document.activeElement) ? document.activeElement : null;
    const kept = focused ? this.activeAt : -1;
    if (kept >= 0 && kept < first) wanted.unshift(kept);
    if (kept >= last) wanted.push(kept);
    const arns = new Set(wanted.map((at) => items[at].arn));
    const stays = focused && arns.has(focused.closest("[data-arn]")?.dataset.arn);
    for (const [arn, row] of this.drawn) {
      if (arns.has(arn)) continue;
      row.remove();
      if (this.spare.length < MOST_SPARE) this.spare.push(row);
    }
    const next = new Map();
    for (const arn of arns) next.set(arn, this.drawn.get(arn) ?? this.spare.pop() ?? this.make());
    this.drawn = next;
    let cursor = body.firstElementChild;
    for (const at of wanted) {
      const item = items[at], row = next.get(item.arn);
      if (row === cursor) cursor = cursor.nextElementSibling;
      else body.insertBefore(row, cursor);
      row.style.transform = `translateY(${at * height}px)`;
      row.setAttribute("aria-rowindex", at + 2);
      const active = item.arn === this.active;
      if (row.version !== this.version || row.item !== item || row.active !== active) {
        row.version = this.version;
        row.item = item;
        row.active = active;
        row.dataset.arn = item.arn;
        row.tabIndex = active ? 0 : -1;
        this.fill(row, item, active);
      }
    }
    // A row that moved, or whose place another took, has lost the focus that it had.
    if (focused && !body.contains(document.activeElement)) {
      if (stays && focused.isConnected) focused.focus({ preventScroll: true });
      else this.drawn.get(this.active)?.focus({ preventScroll: true });
    }
  }

  /** Makes a row the active one, in sight, and gives it the focus. */
  go(at) {
    if (!this.items.length) return;
    at = Math.max(0, Math.min(this.items.length - 1, at));
    this.active = this.items[at].arn;
    const top = this.body.getBoundingClientRect().top + at * this.height;
    const head = document.querySelector("#filters").getBoundingClientRect();
    const covered = getComputedStyle(document.querySelector("#filters")).position === "sticky" ? head.height : 0;
    if (top < covered) scrollBy(0, top - covered - 8);
    else if (top + this.height > innerHeight) scrollBy(0, top + this.height - innerHeight + 8);
    this.draw();
    const row = this.drawn.get(this.active);
    if (row) row.focus({ preventScroll: true });
    else requestAnimationFrame(() => { this.draw(); this.drawn.get(this.active)?.focus({ preventScroll: true }); });
  }

  /** Makes the row that has an ARN the active one, without moving the focus. */
  choose(arn) {
    if (arn === this.active) return;
    this.active = arn;
    this.draw();
  }

  get page() {
    return Math.max(1, Math.floor(innerHeight / this.height) - 2);
  }
}
