// Runs functions of the page's pure modules for tests/node.py. Each line of the input is {script, argument}, where the
// script is the text of an async function. Each line of the output is {returned} or {thrown}.

import { createInterface } from "node:readline";

/** @param {string} name */
const ours = (name) => import(name);

for await (const line of createInterface({ input: process.stdin })) {
  const { script, argument } = JSON.parse(line);
  let answer;
  try {
    const run = new Function("ours", `return (${script});`)(ours);
    answer = { returned: (await run(argument)) ?? null };
  } catch (error) {
    answer = { thrown: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
