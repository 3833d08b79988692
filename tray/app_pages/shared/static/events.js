// What the server tells, from the first moment on: the rest of the page is loaded meanwhile.

const waiting = [];
let take = (message) => waiting.push(message);
let fail = () => {};
let here = () => {};
let events;

function open() {
  events = new EventSource(document.documentElement.dataset.events);
  events.onmessage = (event) => take(event.data);
  // Nothing has changed.
  events.addEventListener("here", () => here());
  events.onerror = () => fail();
  // A browser has few connections to a host, so the server tells few pages of changes: those that came last.
  events.addEventListener("over", () => events.close());
}

/** Has a page that the user comes back to told of changes again. */
function again() {
  if (document.visibilityState === "visible" && events.readyState === EventSource.CLOSED) open();
}

open();
document.addEventListener("visibilitychange", again);
addEventListener("focus", again);

/** Calls `told` with each message, those that have come already included, `failed` when there is no connection, and
 * `still` when there is one and nothing to tell. */
export function follow(told, failed, still) {
  take = told;
  fail = failed;
  here = still;
  waiting.splice(0).forEach(told);
}
