// What the server tells, from the first moment on: the rest of the page is loaded meanwhile.

export const events = new EventSource(document.documentElement.dataset.events);
const waiting = [];
events.onmessage = (event) => waiting.push(event.data);

/** Calls `take` with each message, those that have come already included. */
export function follow(take) {
  events.onmessage = (event) => take(event.data);
  waiting.splice(0).forEach(take);
}
