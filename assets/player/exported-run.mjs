// @ts-check
// Shows the run in the file of an exported page. A file with a talk or several machines has several runs, and shows the
// one that its address names: by the stop of the talk, or by the machine and the kernel.

import { $ } from "#core/dom";

/** @returns {Promise<Play | HeldAnswers>} */
async function unpacked() {
  const bytes = Uint8Array.from(atob($("#run").textContent ?? ""), (char) => char.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

/**
 * Return the run that an address names: the one of its machine and kernel, or else that of its stop. A stop whose
 * machine is missing has none, and the last run stands for it.
 * @param {HeldAnswers} held
 * @param {string} hash
 */
function namedRun({ runs, order }, hash) {
  const place = new URLSearchParams(hash.slice(1));
  const stop = Number(/\.(\d+)$/.exec(place.get("talk") ?? "")?.[1] ?? 1) - 1;
  const known = order.flatMap((key) => key ?? []);
  const [topology, kernel] = [place.get("topology"), place.get("kernel")];
  const named = known.find((key) => runs[key].request.topology === topology && runs[key].request.kernel === kernel);
  return runs[named ?? order[stop] ?? (stop ? known[known.length - 1] : known[0])];
}

const data = await unpacked();
if ("runs" in data) {
  window.tierscopeHeld = data;
  window.tierscopePlay = namedRun(data, location.hash);
} else window.tierscopePlay = data;
window.dispatchEvent(new Event("tierscope:play"));
