// @ts-check
// Plays one walk on the page: in the lanes, on the stage, and in the run, whose step is that of the moment's store. The
// visitor's own two orders have no run, so that a stage of theirs is lent and the large sentence is that of the moment.

import { $ } from "#core/dom";
import { state } from "#core/state";
import { show as showStep } from "#player/playback";
import { asMoments, walkOf } from "#tools/readers/model";
import { seekStore } from "#tools/readers/run-steps";
import { lendStage, removeWalker, returnStage, showWalker } from "#tools/readers/stage";
import { Witness } from "#tools/readers/witness";

/**
 * event() returns the event of the run that the walk is about, null for the visitor's own two orders; shown() is called
 * after each moment that is shown.
 * @typedef {{ event: () => number | null, shown: () => void }} PlayActs
 */

export class PlayedWalk {
  /** The walk that is played; empty if there is none. @type {NodeId[]} */
  walk = [];
  /** The stage of the visitor's own two orders. @type {string | undefined} */
  stage = undefined;
  /** Whether the stage shows the walk, and whether this module itself is moving the player to a step of that walk. */
  isOnStage = false;
  isSeeking = false;

  /**
   * @param {HTMLElement} place
   * @param {PlayActs} acts
   */
  constructor(place, acts) {
    this.place = place;
    this.acts = acts;
    this.witness = new Witness(place, {
      shown: (point, row, sentence) => this.onMoment(point, row, sentence),
      speed: () => state.speed,
    });
  }

  /**
   * Show a walk, before its first moment.
   * @param {ReaderAnswer} answer
   * @param {MomentList[]} moments
   * @param {boolean} takesFocus
   */
  open(answer, moments, takesFocus) {
    this.place.hidden = false;
    this.stage = answer.stage;
    this.walk = walkOf(answer, asMoments(moments));
    this.witness.open(answer, asMoments(moments));
    this.place.scrollIntoView({ block: "nearest" });
    if (takesFocus) this.witness.lanes.focus({ preventScroll: true });
  }

  /**
   * Show a moment on the page: the player goes to the step of the store, and the stage shows the reader.
   * @param {Standpoint} point
   * @param {MomentRow | undefined} row
   * @param {string} sentence
   */
  onMoment(point, row, sentence) {
    const event = this.acts.event();
    this.isOnStage = this.isSeeking = true;
    if (event !== null) seekStore(event, row);
    else if (this.stage) lendStage(this.stage);
    if (event !== null || this.stage) showWalker(point);
    if (event === null) $("#narration").textContent = sentence;
    $("#live").textContent = ""; // the panel says what happens
    this.isSeeking = false;
    this.acts.shown();
  }

  /** Return the number of the moment that is shown; 0 is before the first one. */
  moment = () => (this.walk.length ? this.witness.step : 0);

  /** Return the walk and its moments as lines of text; none if no walk is played. */
  lines = () => (this.walk.length ? this.witness.lines() : []);

  /** Return the walk as the visitor has moved its reads and stores. */
  movedWalk = () => walkOf(this.witness.game, this.witness.moments);

  /** @param {number} by @param {boolean} [toEnd] */
  walkOn = (by, toEnd) => this.isOnStage && this.witness.walkOn(by, toEnd);

  /** @param {number} [pace] */
  playOn(pace) {
    if (!this.isOnStage) return;
    this.witness.pace = pace;
    this.witness.play();
  }

  /** Show the run on the stage again when the visitor steps through it. */
  onStep() {
    if (this.isSeeking || !this.isOnStage) return;
    this.witness.stop();
    this.leaveStage();
    this.witness.tell("The stage shows the run again. Step here to go back to the walk.");
  }

  /** Show the run's own stage again. */
  leaveStage() {
    this.isOnStage = false;
    removeWalker();
    returnStage();
  }

  /** Remove the walk from the panel and from the page. */
  close() {
    Object.assign(this, { walk: [], stage: undefined });
    this.witness.stop();
    this.place.hidden = true;
    if (!this.isOnStage) return;
    this.leaveStage();
    showStep();
  }
}
