// @ts-check
// Tells the server what the speaker's page shows, so that an audience can follow (viz/app/following.py), and shows the
// audience where: an address and a QR code. A machine of the speaker's own is shown to others only once the speaker has
// agreed. later.mjs fetches this module in the tab that has the speaker's token.

import { formatAddress } from "#core/address";
import { $, button, element, find, on } from "#core/dom";
import { fetchWatched, lineOf, server } from "#core/server";
import { hasRun } from "#core/state";
import { forget, recall } from "#core/storage";
import { codeOf } from "#dialogs/link-extras";
import { currentAddress } from "#player/loading";

const PAUSE = 300; // milliseconds that pass at least between two reports to the server
const LOCAL = /^(localhost|127\.[\d.]+|\[::1\])$/;
const OWN = "Your audience does not see this machine: it is your own.";
const TOO_LARGE = "Your audience does not see this machine: it is too large for a link.";
const TAKEN = "Another tab of yours speaks now.";

const token = recall("speaker", Boolean) ?? "";
const tab = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;

const now = {
  /** The address that the audience is to see, and the one that it sees; empty before there is one. */
  wanted: "",
  sent: "",
  isSending: false,
  hasClaimed: false,
  /** Whether no more words are sent, since another tab speaks or the token is wrong. */
  isSilent: false,
  /** The links of the machines that the audience may see. @type {Set<string>} */
  agreed: new Set(),
  agreesToAll: false,
};

export const onRun = consider;
export const onStep = consider;

/** Send what the page shows, unless the audience may not see it. */
function consider() {
  if (!hasRun() || now.isSilent) return;
  // A phone needs no look of the hall's screen, and nobody but the speaker the notes of a talk.
  const { topology, machine, allowed, kernel, zonelists, story, code, step, kept } = currentAddress();
  const place = { topology, machine, allowed, kernel, zonelists, story, code, step };
  if (kept || (!machine && !place.topology)) return tell(TOO_LARGE);
  if (machine && !now.agreesToAll && !now.agreed.has(machine)) {
    return tell(OWN, ["Show it", agreeToThis], ["Show all of mine", agreeToAll]);
  }
  tell("");
  now.wanted = formatAddress(place);
  send();
}

function agreeToThis() {
  now.agreed.add(currentAddress().machine ?? "");
  consider();
}

function agreeToAll() {
  now.agreesToAll = true;
  consider();
}

/** Tell the server that this page is there and, if that is new, what it shows. */
async function send() {
  if (now.isSending || now.isSilent || server.gone) return;
  now.isSending = true;
  const { wanted } = now;
  const shows = wanted === now.sent ? {} : { place: wanted, agreed: true };
  const reply = await fetchWatched(place(), request({ claims: !now.hasClaimed, ...shows })).catch(() => null);
  now.isSending = false;
  if (reply?.ok) Object.assign(now, { sent: wanted, hasClaimed: true });
  else if (reply?.status === 409) fallSilent(TAKEN, ["Speak from here", speakAgain]);
  else if (reply?.status === 403) await refuse(reply);
  if (reply?.ok && now.wanted !== now.sent) setTimeout(send, PAUSE);
}

const place = () => new URL("follow", document.baseURI);

/** @param {object} values @returns {RequestInit} */
const request = (values) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ token, tab, ...values }),
});

/** @param {Response} reply */
async function refuse(reply) {
  forget("speaker");
  fallSilent(await lineOf(reply));
}

/**
 * @param {string} line
 * @param {...[string, () => void]} actions
 */
function fallSilent(line, ...actions) {
  now.isSilent = true;
  tell(line, ...actions);
}

function speakAgain() {
  Object.assign(now, { isSilent: false, hasClaimed: false, sent: "" });
  consider();
}

/** Tell the server that this page is left. A browser sends a beacon even after the page is gone. */
function leave() {
  if (now.isSilent || !now.hasClaimed) return;
  const { body } = request({ leaves: true });
  navigator.sendBeacon(place(), new Blob([/** @type {string} */ (body)], { type: "application/json" }));
}

/**
 * Show a line above the player, with buttons; an empty line hides it.
 * @param {string} line
 * @param {...[string, () => void]} actions
 */
function tell(line, ...actions) {
  const before = find("#notice .speak");
  if (before?.firstChild?.textContent === line) return;
  before?.remove();
  if (!line) return;
  const notice = element("div", "", "speak");
  notice.append(element("p", line));
  for (const [label, act] of actions) {
    const action = button(label);
    on(action, "click", act);
    notice.append(action);
  }
  $("#notice").append(notice);
}

// What the audience opens

/** Return the address that the audience opens. The page's own one is of no use if it is this machine's loopback. */
function audienceAddress() {
  const address = new URL(document.baseURI);
  address.search = address.hash = "";
  if (LOCAL.test(address.hostname)) address.hostname = document.documentElement.dataset.follow ?? address.hostname;
  return address.href;
}

async function showAddress() {
  const dialog = find("#audience") ?? made();
  dialog.showModal();
  const code = await codeOf(audienceAddress());
  if (code.matches(".qr")) code.style.cssText = "width: min(100%, 62vh); margin: auto";
  $("#audience-code").replaceChildren(code);
}

function made() {
  const dialog = element("dialog");
  dialog.id = "audience";
  dialog.setAttribute("aria-labelledby", "audience-title");
  const heading = element("h2", "Follow on your phone");
  heading.id = "audience-title";
  const address = element("p", audienceAddress());
  address.style.cssText = "font-size: 32px; font-weight: 600; overflow-wrap: anywhere; text-align: center";
  const code = element("div");
  code.id = "audience-code";
  const row = element("div", "", "row");
  const close = button("Close");
  row.append(close);
  on(close, "click", () => dialog.close());
  // A clicker has no other key that could close the dialog.
  on(dialog, "keydown", (event) => {
    if (event.key !== "PageDown") return;
    event.stopPropagation(); // otherwise the page would also go on
    event.preventDefault();
    dialog.close();
  });
  dialog.append(heading, address, code, row);
  document.body.append(dialog);
  return dialog;
}

const opener = button("Audience");
opener.id = "open-audience";
opener.title = "The address and the QR code with which others follow this page";
on(opener, "click", showAddress);
$("#open-share").after(opener);

const clock = new Worker(import.meta.resolve("#player/speaker-clock"), { type: "module" });
clock.onmessage = send;
window.addEventListener("tierscope:back", send);
window.addEventListener("pagehide", leave);
window.addEventListener("pageshow", ({ persisted }) => persisted && speakAgain());
consider();
