// @ts-check
// Reads the messages that a page around an embedded player may send to it; docs/embedding.md has the contract. Pure.

import { SPEEDS } from "#core/constants";

export const VERSION = 1;

const MAX_STEP = 9_999_999;
const MAX_STRIDES = 1000;
const THEMES = ["light", "dark"];

/** @type {(value: any, least: number, most: number) => boolean} */
const isWhole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;

/**
 * For each command, a function that returns what is wrong with a message, or an empty text if the message is right.
 * @type {Record<string, (message: any) => string>}
 */
const LACKS = {
  hello: () => "",
  seek: ({ step }) => (isWhole(step, 0, MAX_STEP) ? "" : `"step" is a whole number from 0 to ${MAX_STEP}.`),
  move: ({ strides }) =>
    isWhole(strides, -MAX_STRIDES, MAX_STRIDES)
      ? ""
      : `"strides" is a whole number from -${MAX_STRIDES} to ${MAX_STRIDES}.`,
  play: ({ speed }) =>
    speed === undefined || SPEEDS.includes(speed) ? "" : `"speed" is one of ${SPEEDS.join(", ")}, or is left out.`,
  pause: () => "",
  theme: ({ theme }) => (THEMES.includes(theme) ? "" : '"theme" is "light" or "dark".'),
};

/**
 * For each command, the types of waiting commands that it makes superfluous.
 * @type {Record<EmbedCommand["type"], EmbedCommand["type"][]>}
 */
const REPLACES = {
  hello: ["hello"],
  seek: ["seek", "move", "play", "pause"],
  move: ["play", "pause"],
  play: ["play", "pause"],
  pause: ["play", "pause"],
  theme: ["theme"],
  refused: ["refused"],
};

/**
 * Return the command in a message; null if the message is not meant for the player. A message that is meant for the
 * player but is no command becomes a command of the type "refused", which says why. No text of the message is repeated.
 * @param {any} message
 * @returns {EmbedCommand | null}
 */
export function commandOf(message) {
  if (typeof message !== "object" || typeof message?.tierscope !== "number") return null;
  if (message.tierscope !== VERSION) return { type: "refused", reason: `This player knows version ${VERSION} only.` };
  const { type } = message;
  if (typeof type !== "string" || !Object.hasOwn(LACKS, type)) {
    return { type: "refused", reason: `"type" is one of ${Object.keys(LACKS).join(", ")}.` };
  }
  const lack = LACKS[type](message);
  if (lack) return { type: "refused", reason: `${type}: ${lack}` };
  const { step, strides, speed, theme } = message;
  return /** @type {EmbedCommand} */ ({ type, step, strides, speed, theme });
}

/**
 * Return the waiting commands with a new one behind them. There are never more than one of each type: a new command
 * drops those that it makes superfluous, and moves add up.
 * @param {EmbedCommand[]} waiting
 * @param {EmbedCommand} command
 * @returns {EmbedCommand[]}
 */
export function withCommand(waiting, command) {
  const left = waiting.filter(({ type }) => !REPLACES[command.type].includes(type));
  const earlier = left.find(({ type }) => type === "move");
  if (command.type !== "move" || earlier?.type !== "move") return [...left, command];
  const sum = earlier.strides + command.strides;
  const strides = Math.max(-MAX_STRIDES, Math.min(sum, MAX_STRIDES));
  return left.map((one) => (one === earlier ? { type: "move", strides } : one));
}
