// Joins the parts of the page. No text of the page's is made into HTML, and no address holds what the user does.

import { at, follow, writeWords } from "/shared/page.js";
import { showCenters } from "./center.js";
import { showFound } from "./found.js";
import "./file.js";
import "./key.js";
import { showResults } from "./results.js";

writeWords();
at("page").hidden = false;
follow((told) => {
  if (told.found) showFound(told.found);
  if (told.results) showResults(told.results);
  if (told.centers) showCenters(told.centers);
});
