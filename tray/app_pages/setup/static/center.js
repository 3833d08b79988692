// IAM Identity Center: a start URL, the sign-in in another tab, and then the accounts and roles to choose from.

import { at, onSubmit, redraw, send, say, words } from "/shared/page.js";
import { showAccounts, showAdded, hideAccounts } from "./accounts.js";

let center = "";
let name = "";
let region = "";
let waiting = false;
let asking = false;
// Whether the user has cancelled the sign-in on this page.
let cancelled = false;
// Whether a sign-in is what mends the last failure; if not, what failed is asked for once more.
let anew = true;

const FIELDS = { start_url: "center-url", region: "center-region" };

function complain(field, message) {
  for (const [each, id] of Object.entries(FIELDS)) {
    const wrong = at(`${id}-wrong`), here = each === field;
    wrong.textContent = here ? message : "";
    wrong.hidden = !here;
    if (here) {
      const folded = at(id).closest("details");
      if (folded) folded.open = true;
      at(id).setAttribute("aria-invalid", "true");
      at(id).focus();
    } else at(id).removeAttribute("aria-invalid");
  }
}

/** Says how far the sign-in is; with `again`, it can be begun again, and while it waits, it can be cancelled. */
function state(message, again = false) {
  redraw(at("center-progress"), () => {
    at("center-state").textContent = message;
    at("center-state").hidden = !message;
    at("center-again").hidden = !again;
    at("center-again").textContent = anew ? words.center_again : words.center_retry;
    at("center-cancel").hidden = !waiting;
  }, () => (again ? at("center-again") : at("center-state")));
}

async function begin(anew = false) {
  complain("", "");
  hideAccounts();
  center = "";
  waiting = cancelled = false;
  state(words.center_looking);
  at("center-go").disabled = true;
  const answer = await send("/setup/center", { start_url: at("center-url").value, region: at("center-region").value, anew });
  at("center-go").disabled = false;
  if (!answer || answer.refused) {
    state("");
    if (answer) complain(answer.field, answer.refused);
    return;
  }
  ({ center, name, region } = answer);
  if (answer.holds) list();
  else {
    waiting = true;
    state(say(words.center_waiting, { name }));
  }
}

async function list() {
  if (asking) return;
  asking = true;
  state(words.center_listing);
  const answer = await send("/setup/center-accounts", { center });
  asking = false;
  anew = !!answer && (!answer.refused || answer.signs_in);
  if (!answer) state("", true);
  else if (answer.refused) state(answer.refused, true);
  else if (!answer.accounts.length) state(words.center_none, true);
  else {
    state("");
    showAccounts({ center, name, region, accounts: answer.accounts, added: answer.added });
  }
}

/** Takes what is told of each sign-in: whether it still waits for the user, and else why it failed. */
export function showCenters(centers) {
  if (!center || !(center in centers)) return;
  const [still, problem, added] = centers[center];
  showAdded(added);
  if (!waiting || still) return;
  waiting = false;
  anew = true;
  if (problem) state(problem, true);
  else if (cancelled) state(words.center_cancelled, true);
  else list();
}

onSubmit(at("center-form"), () => begin());
at("center-again").addEventListener("click", () => (anew ? begin(true) : list()));
at("center-cancel").addEventListener("click", () => {
  cancelled = true;
  send("/setup/center-cancel", { center });
});
