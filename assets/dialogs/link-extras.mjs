// @ts-check
// Makes more of the link in the share dialog: a QR code, and the HTML of a frame that shows the same in another page.

import { askServer, messageOf } from "#core/api";
import { $, all, button, element, find, on, setAttribute } from "#core/dom";
import { state } from "#core/state";
import { copied } from "#dialogs/save-file";

const ROOM = { width: 960, height: 600 }; // pixels of a frame
/** @type {Record<string, string>} */
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Show the buttons for the QR code and the frame of a link; hide them if the link is empty. @param {string} link */
export function offerLinkExtras(link) {
  if (!find("#link-code")) make();
  for (const extra of all("#link-code, #link-frame")) extra.hidden = !link;
  $("#link-made").replaceChildren();
}

function make() {
  const code = Object.assign(button("QR code"), { id: "link-code" });
  const frame = Object.assign(button("Embed"), { id: "link-frame" });
  code.title = "A picture of the link that a phone reads with its camera";
  frame.title = "The HTML of a frame that shows this in a page of your own";
  on(code, "click", showCode);
  on(frame, "click", showFrame);
  $("#copy-link").after(code, frame);
}

async function showCode() {
  const place = $("#link-made");
  place.replaceChildren(element("p", "Loading.", "quiet"));
  place.replaceChildren(await codeOf($("#link").value));
}

/**
 * Return the QR code of an address, as a picture; if there is none, a line that says why.
 * @param {string} address
 */
export async function codeOf(address) {
  try {
    const { svg } = await askServer("qr", { address });
    const picture = element("div", "", "qr");
    picture.innerHTML = svg;
    picture.style.cssText = "width: min(100%, 340px); margin: 8px auto";
    setAttribute(picture, "role", "img");
    setAttribute(picture, "aria-label", `The QR code of ${address.slice(0, 80)}`);
    return picture;
  } catch (error) {
    return element("p", messageOf(error), "refusal");
  }
}

async function showFrame() {
  const code = element("textarea", frameOf($("#link").value));
  Object.assign(code, { rows: 4, readOnly: true, spellcheck: false });
  setAttribute(code, "aria-label", "The HTML of a frame");
  $("#link-made").replaceChildren(code);
  const isCopied = await copied(code.value);
  if (!isCopied) code.select();
  const done = isCopied ? "The HTML of a frame is copied." : "Copy the HTML of a frame above.";
  $("#link-made").append(element("p", `${done} A page steers it by messages (docs/embedding.md).`, "quiet"));
}

/**
 * Return the HTML of a frame that shows what a link shows, in the theme that the visitor has chosen, if any.
 * @param {string} link
 */
function frameOf(link) {
  const address = new URL(link);
  const { theme } = document.documentElement.dataset;
  address.search = theme ? `?embed=1&theme=${theme}` : "?embed=1";
  const [source, title] = [address.href, state.play.title].map(escaped);
  const size = `width="${ROOM.width}" height="${ROOM.height}"`;
  return `<iframe src="${source}" title="${title}" ${size} style="border: 0"></iframe>`;
}

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (char) => ESCAPES[char]);
