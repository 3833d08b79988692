// A file or link of the administrator's: shown first, and added when the user says so.

import { at, onSubmit, say, send, words } from "/shared/page.js";
import { awaitResults } from "./results.js";

const MOST_BYTES = 64 * 1024;
let plan = "";
// Whether the user has all profiles of the file already.
let had = false;

function complain(message) {
  at("file-wrong").textContent = message;
  at("file-wrong").hidden = !message;
  if (message) at("file-text").setAttribute("aria-invalid", "true");
  else at("file-text").removeAttribute("aria-invalid");
}

async function show() {
  const text = at("file-text").value;
  if (!text.trim()) return at("file-text").focus();
  at("plan").hidden = true;
  if (text.length > MOST_BYTES) return complain(words.file_too_long);
  complain("");
  at("file-show").disabled = true;
  at("file-show").textContent = words.working;
  // One word with a slash in it is meant as a link, also without https: what is wrong with it is said then.
  const link = /^\s*[^\s="'#[\]]+\/\S*\s*$/.test(text);
  const answer = await send(link ? "/setup/link" : "/setup/file", link ? { link: text.trim() } : { text });
  at("file-show").disabled = false;
  at("file-show").textContent = words.file_show;
  if (!answer) return null;
  if (answer.refused) {
    complain(answer.refused);
    return at("file-text").focus();
  }
  plan = answer.plan;
  had = answer.profiles.every(({ state }) => state === "exists");
  at("plan-list").replaceChildren(...answer.profiles.map(line));
  at("plan-about").textContent = answer.ignored;
  at("plan-about").hidden = !answer.ignored;
  at("plan").hidden = false;
  count();
  at("plan-title").focus();
  return at("plan").scrollIntoView({ block: "nearest" });
}

function line({ name, state, details, notes }) {
  const item = document.createElement("li"), label = document.createElement("label"), box = document.createElement("input");
  const text = document.createElement("span"), about = [details, ...(state === "exists" ? [words.file_exists] : notes)];
  label.className = "check";
  box.type = "checkbox";
  box.value = name;
  box.checked = state === "new";
  box.disabled = state === "exists" || state === "refused";
  text.textContent = name;
  label.append(box, text);
  item.append(label);
  about.filter(Boolean).forEach((each, at) => {
    const small = document.createElement("p");
    small.className = state === "refused" || (state === "doubtful" && at === about.length - 1) ? "wrong" : "hint";
    small.textContent = each;
    item.append(small);
  });
  return item;
}

const boxes = () => [...at("plan-list").querySelectorAll("input")];
const chosen = () => boxes().filter((each) => each.checked && !each.disabled).map((each) => each.value);

function count() {
  const number = chosen().length, add = at("plan-add");
  add.disabled = !number;
  add.textContent = number ? say(words.add_chosen, { chosen: number.toLocaleString(document.documentElement.lang) }) : words.add;
  if (boxes().every((each) => each.disabled) && at("plan-about").hidden) {
    at("plan-about").textContent = had ? words.file_nothing : words.file_none_good;
    at("plan-about").hidden = false;
  }
}

onSubmit(at("file-form"), show);
async function take(file) {
  if (!file) return;
  if (file.size > MOST_BYTES) {
    at("plan").hidden = true;
    return complain(words.file_too_long);
  }
  at("file-text").value = await file.text();
  show();
}

at("file-choose").addEventListener("click", () => at("file-input").click());
at("file-input").addEventListener("change", async () => {
  await take(at("file-input").files[0]);
  at("file-input").value = "";
});
// Wherever on the page a file is dropped, the browser would leave the page and show the file.
const hasFile = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragover", (event) => { if (hasFile(event)) event.preventDefault(); });
addEventListener("drop", (event) => {
  if (!hasFile(event)) return;
  event.preventDefault();
  take(event.dataTransfer.files[0]);
});
at("plan-list").addEventListener("change", count);
onSubmit(at("plan"), async () => {
  const names = chosen();
  if (!names.length || !await send("/setup/add-file", { plan, names })) return;
  at("plan").hidden = true;
  at("file-text").value = "";
  awaitResults();
});
