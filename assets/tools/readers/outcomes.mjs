// @ts-check
// Shows the outcomes of a change of the order for a reader that starts at one node: the two orders, the verdicts with a
// walk for each, all walks, and what the patch's comments claim.

import { PROTOCOLS, READER_VERDICTS } from "#core/constants";
import { $, button, element, headCell, isExported } from "#core/dom";
import { mailText } from "#core/mail";
import { chainsText } from "#tools/readers/model";
import { endText, walkText } from "#tools/readers/words";

const CLAIMS = new Map([
  [true, "holds"],
  [false, "holds not"],
  [null, "says nothing of it"],
]);

export const OUTCOMES = `
    <dl class="orders"><dt>old</dt><dd class="old"></dd><dt>new</dt><dd class="new"></dd></dl>
    <table class="verdicts"><thead><tr><th scope="col">a walk is</th><th scope="col">how often</th><th
    scope="col">walks</th>
      <th scope="col">play the shortest</th></tr></thead><tbody></tbody></table>
    <p class="quiet"><span class="exclusive"></span> A schedule is one order in which the stores become visible and the
    reads happen. Always: every schedule ends so. Sometimes: some do. Never: none does. <span
    class="schedules"></span></p>
    <p class="quiet safe"></p>
    <section class="witness" aria-label="A walk, moment by moment" hidden></section>
    <details class="walks"><summary></summary><ul></ul></details>
    <details class="promises"><summary>What the patch's comments say of readers, and for whom it holds</summary>
      <table><thead><tr><th scope="col">statement</th><th scope="col">one read</th><th scope="col">snapshot</th>
      <th scope="col">walk</th></tr></thead>
      <tbody></tbody></table><p class="quiet">A read is one load of one entry, a snapshot the whole array at one
      moment, a walk
      one load a hop while the writer goes on. The kernel's own callers make one read at a time.</p></details>
    <p class="quiet">The model is every interleaving of writer and reader, and stores that overtake each other
    between two barriers. It is
      not all of weak memory: a hop needs the value of the one before, so the reads of a walk stay in order, and
      what a compiler may do
      to a plain read is left out.</p>`;

/**
 * @param {HTMLElement} place
 * @param {ReaderAnswer} answer
 */
export function showOutcomes(place, answer) {
  for (const order of /** @type {const} */ (["old", "new"])) {
    const shown = $(`dd.${order}`, place);
    shown.textContent = shown.title = chainsText(answer[order]);
  }
  $(".verdicts tbody", place).replaceChildren(...READER_VERDICTS.map((verdict) => verdictRow(answer, verdict)));
  $(".exclusive", place).textContent = answer.exclusive;
  $(".schedules", place).textContent = schedulesText(answer.schedules);
  $(".safe", place).textContent = safeText(answer);
  $(".walks", place).removeAttribute("open");
  $(".walks summary", place).textContent = walksTitle(answer);
  $(".promises tbody", place).replaceChildren(...answer.promises.map(claimRow));
  place.hidden = false;
}

/**
 * @param {ReaderAnswer} answer
 * @param {Verdict} verdict
 */
function verdictRow(answer, verdict) {
  const { starts, start, meanings, forPages, number, walks, witnesses } = answer;
  const often = starts.find((one) => one.start === start)?.verdicts[verdict] ?? "never";
  const row = element("tr", "", often);
  const head = headCell(verdict, "row");
  const witness = witnesses[verdict];
  const found = verdict === "cut" && witness ? `: ${endText(answer, witness.seen)}` : "";
  head.append(element("span", `${meanings[verdict]}${found}`, "meaning"));
  head.append(element("span", `For pages: ${forPages[verdict]}.`, "meaning pages"));
  const areAll = Number(number) === walks.length;
  const count = walks.filter((walk) => walk.verdict === verdict).length;
  const cell = element("td");
  if (witness) cell.append(playButton(walkText(witness.seen), { verdict }));
  const grade = element("td", often[0].toUpperCase() + often.slice(1), "grade");
  row.append(head, grade, element("td", areAll || !count ? count : `${count} or more`), cell);
  return row;
}

/**
 * @param {string} text
 * @param {Record<string, string>} data
 */
function playButton(text, data) {
  const made = button(text, "link", data);
  made.title = `Play ${text}`;
  return made;
}

/** @param {ReaderAnswer} answer */
function safeText({ safe }) {
  if (!safe) return "";
  if (!safe.length) return "Under every protocol some walk of this change is a cycle.";
  if (safe.length === PROTOCOLS.length) return "No walk of this change is a cycle, under any protocol.";
  return `No walk of this change is a cycle under ${safe.join(" and ")}; under every other protocol some walk is.`;
}

/** @param {ReaderAnswer["schedules"]} counts */
function schedulesText(counts) {
  if (!counts) return "";
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const found = READER_VERDICTS.filter((verdict) => counts[verdict]);
  const parts = found.map((verdict) => `${counts[verdict].toLocaleString("en")} ${verdict}`);
  return `From all nodes together there are ${all.toLocaleString("en")} schedules: ${parts.join(", ")}.`;
}

/** @param {ReaderAnswer} answer */
function walksTitle({ number, walks }) {
  const all = number === null ? "more than can be counted in a moment" : BigInt(number).toLocaleString("en");
  const listed = Number(number) === walks.length ? "" : `; the first ${walks.length}, by length`;
  return `Distinct walks from here: ${all}${listed}`;
}

/** @param {ReaderAnswer} answer */
export const walkItems = (answer) =>
  answer.walks.map(({ seen, verdict }) => {
    const item = element("li");
    const play = playButton(walkText(seen), { walk: JSON.stringify(seen) });
    play.disabled = isExported(); // only the examples above are in the file
    const why = verdict === "cut" ? `, ${endText(answer, seen)}` : "";
    item.append(play, element("span", ` ${verdict}${why}`, "quiet"));
    return item;
  });

/**
 * Return the outcomes as text for a mail.
 * @param {ReaderAnswer} answer
 * @param {string[]} moments the moments of the walk that is played
 */
export function outcomesText(answer, moments) {
  const { protocols, protocol, programOrder, start, starts, witnesses, meanings, exclusive, schedules } = answer;
  const verdicts = starts.find((one) => one.start === start)?.verdicts;
  const found = READER_VERDICTS.flatMap((verdict) => {
    const seen = witnesses[verdict]?.seen;
    const why = seen && verdict === "cut" ? `, ${endText(answer, seen)}` : "";
    return seen ? [`- ${verdict}, ${verdicts?.[verdict]}: ${walkText(seen)}; it ${meanings[verdict]}${why}`] : [];
  });
  const never = READER_VERDICTS.filter((verdict) => !witnesses[verdict]).join(", ");
  const lines = [
    `What a reader without a lock can see, from node ${start}`,
    `old: ${chainsText(answer.old)}`,
    `new: ${chainsText(answer.new)}`,
    `protocol ${protocols[protocol]}`,
    `stores become visible ${programOrder ? "in program order" : "in any order between barriers"}`,
    ...found,
    ...(never ? [`- never: ${never}`] : []),
    exclusive,
    safeText(answer),
    ...(schedules ? [schedulesText(schedules)] : []),
    ...(moments.length ? ["", ...moments] : []),
  ];
  return mailText(lines);
}

/** @param {Claim} claim */
function claimRow({ told, read, snapshot, walk }) {
  const row = element("tr");
  const cells = [read, snapshot, walk].map((kept) => element("td", CLAIMS.get(kept), `kept-${kept}`));
  row.append(element("td", told), ...cells);
  return row;
}
