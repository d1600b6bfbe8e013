// @ts-check
// What a printed sheet shows of a tick in place of a step: pages on the picture, sentences and numbers.

import { askServer } from "#core/api";
import { filmOf, placeOfTick, saidAt, tickAt } from "#tools/pressure/model";
import { numbersRows } from "#tools/pressure/numbers";
import { drawTick } from "#tools/pressure/stage";

/**
 * Return the film of a scenario.
 * @param {RunRequest} request the run
 * @param {string} scenario
 * @returns {Promise<Film>}
 */
export const fetchFilm = async (request, scenario) => filmOf(await askServer("pressure", { ...request, scenario }));

/**
 * Return what a sheet shows of a tick of a film.
 * @param {Film} film
 * @param {number} tick
 */
export function tickOf(film, tick) {
  const place = placeOfTick(film, tick);
  return {
    title: film.answer.title,
    sentence: saidAt(film, place).join(" "),
    where: `tick ${tick} of ${tickAt(film, film.length)}`,
    rows: numbersRows(film, place),
    draw: (/** @type {SVGSVGElement} */ svg) => drawTick(svg, film, place),
  };
}
