// @ts-check
// Shows what the comments of the patch claim, as a table: each claim, whether it holds, for whom, and where it is made.

import { askServer, messageOf } from "#core/api";
import { $, button, element, headCell } from "#core/dom";
import { questionOf } from "#player/request-keys";

const NONE = "The code of this kernel has none of the patch's comments. Choose posted or v5.15.";

/** @typedef {{ text: string, verdict: string, because: string, file: string, name: string, line: number }} CodeClaim */

/**
 * Fill an opened fold with the claims in the code of the run's kernel.
 * @param {HTMLElement} fold
 */
export async function listClaims(fold) {
  const place = $("div", fold);
  if (!fold.hasAttribute("open")) return place.replaceChildren();
  place.replaceChildren(element("p", "Loading.", "quiet"));
  try {
    const { claims } = await askServer("claims", questionOf());
    place.replaceChildren(claims.length ? tableOf(claims) : element("p", NONE, "quiet"));
  } catch (error) {
    place.replaceChildren(element("p", messageOf(error), "refusal"));
  }
}

/** @param {CodeClaim[]} claims */
function tableOf(claims) {
  const table = element("table");
  const head = table.createTHead().insertRow();
  for (const text of ["the comment says", "verdict", "why, and for whom", "made at"]) {
    head.append(headCell(text));
  }
  const body = table.createTBody();
  for (const { text, verdict, because, file, name, line } of claims) {
    const row = body.insertRow();
    row.className = verdict === "holds" ? "" : "not-whole";
    for (const words of [text, verdict, because]) row.append(element("td", words));
    row.insertCell().append(button(`${name}()`, "link", { claimAt: `${file} ${name} ${line}` }));
  }
  return table;
}
