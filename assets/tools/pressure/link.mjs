// @ts-check
// Names a scenario in a link: a built-in one by its name, one of the visitor's own by "own." and its text, compressed.

import { MAX_SCENARIO } from "#core/constants";
import { packedJson, unpackedJson } from "#core/packed";

const OWN = "own.";
const MOST_IN_LINK = 4000; // characters of a compressed one; the machine stands in the link, too

/**
 * Return the name of a scenario in a link; "" if it is too long for one.
 * @param {{ scenario?: string, toml?: string }} question what was asked for
 * @param {PressureAnswer} answer
 */
export async function nameInLink({ scenario, toml }, answer) {
  if (!toml) return scenario ?? answer.scenario ?? answer.scenarios[0].name;
  const packed = await packedJson(toml);
  return packed.length > MOST_IN_LINK ? "" : OWN + packed;
}

/**
 * Return what to ask for to get the scenario that a link names; throw an Error if its text is damaged.
 * @param {{ scenario?: string, toml?: string }} question
 */
export async function questionOfLink(question) {
  const { scenario } = question;
  if (!scenario?.startsWith(OWN)) return question;
  try {
    return { toml: String(await unpackedJson(scenario.slice(OWN.length), MAX_SCENARIO)) };
  } catch {
    throw new Error("The scenario in the link is damaged.");
  }
}
