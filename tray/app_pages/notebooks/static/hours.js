// Small bars of the hours that a notebook instance ran on each of the last 14 days, and the same in words.

import { say, words } from "/shared/page.js";

const SVG = "http://www.w3.org/2000/svg";
const [DAYS, STEP, WIDE, HIGH, DAY_HOURS] = [14, 6, 5, 20, 24];
// As many as the server answers at once; what was told is asked again after some minutes.
const [AT_ONCE, KEPT, OLD_MS, SOON_MS] = [100, 2000, 300000, 120];
const language = document.documentElement.lang;
const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const dates = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short" });

export class Hours {
  /** @param redraw is called when there is something new to draw */
  constructor(redraw) {
    this.redraw = redraw;
    this.known = new Map();
    this.wanted = new Set();
    this.timer = 0;
  }

  /** Puts an empty picture into a cell: once there is something to draw, long after the first paint. */
  make(cell) {
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("viewBox", `0 0 ${DAYS * STEP} ${HIGH}`);
    picture.setAttribute("role", "img");
    cell.paths = ["idle", "unseen", "ran"].map((kind) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", kind);
      picture.append(path);
      return path;
    });
    cell.append(picture);
    cell.picture = picture;
  }

  /** Draws the hours of a notebook instance into its cell, or asks for them. */
  draw(cell, arn) {
    const told = this.get(arn);
    if (cell.told === told) return;
    cell.told = told;
    if (!cell.picture) this.make(cell);
    // A row that is used again has another's picture until this one's hours are known.
    cell.picture.toggleAttribute("hidden", !told);
    cell.title = told?.words ?? "";
    if (!told) return;
    cell.picture.setAttribute("aria-label", told.words);
    const drawn = ["", "", ""];
    const days = told.days.length ? told.days : Array(DAYS).fill([0, 0]);
    days.forEach(([ran, seen], day) => {
      const x = day * STEP;
      if (ran > 0) {
        const high = Math.max(2, Math.min(1, ran / DAY_HOURS) * HIGH);
        drawn[2] += `M${x} ${HIGH}v${-high}h${WIDE}v${high}z`;
      } else if (seen > 0) drawn[0] += `M${x} ${HIGH}v-1.5h${WIDE}v1.5z`;
      else drawn[1] += `M${x + 1.5} ${HIGH / 2}h2v2h-2z`;
    });
    cell.paths.forEach((path, at) => path.setAttribute("d", drawn[at]));
  }

  /** Shows the days of a notebook instance as a list of sentences, now or once they are known. */
  list(box, arn) {
    const told = this.get(arn);
    box.dataset.arn = arn;
    box.querySelector("summary").textContent = told?.words ?? words.loading;
    const days = told?.days ?? [];
    box.querySelector("ul").replaceChildren(...days.map(([ran, seen], at) => {
      const line = document.createElement("li"), date = new Date(`${told.today}T12:00`);
      date.setDate(date.getDate() - (DAYS - 1 - at));
      const whole = at === DAYS - 1 || seen > DAY_HOURS - 2;
      const sentence = !seen ? words.day_unseen : whole ? words.day_ran : words.day_seen;
      line.textContent = say(sentence, { day: dates.format(date), hours: numbers.format(ran), seen: numbers.format(seen) });
      return line;
    }).reverse());
  }

  /** Asks anew for all that is in sight. */
  askAgain() {
    for (const told of this.known.values()) told.at = 0;
    this.redraw();
  }

  get(arn) {
    const told = this.known.get(arn);
    if (!told || told.at < Date.now() - OLD_MS) {
      this.wanted.add(arn);
      this.timer ||= setTimeout(() => this.fetch(), SOON_MS);
    }
    return told;
  }

  async fetch() {
    // Those that were drawn last are in sight.
    const arns = [...this.wanted].slice(-AT_ONCE);
    this.wanted.clear();
    const told = await ask({ arns });
    this.timer = 0;
    if (!told) return;
    if (this.known.size > KEPT) this.known.clear();
    const at = Date.now();
    for (const [arn, row] of Object.entries(told.rows)) this.known.set(arn, { ...row, today: told.today, at });
    this.redraw();
    if (this.wanted.size) this.timer ||= setTimeout(() => this.fetch(), SOON_MS);
  }
}

/** Asks the server. A failure is not told: the pictures stay as they are, and whatever the user does next tells it. */
async function ask(what) {
  try {
    const answer = await fetch("/notebooks/hours", {
      method: "POST", body: JSON.stringify(what), headers: { "content-type": "application/json" },
    });
    return answer.ok ? await answer.json() : null;
  } catch { return null; }
}
