// @ts-check
// The HTML of the editor's panel.

import { LARGEST_DISTANCE, LOCAL_DISTANCE, REMOTE_DISTANCE } from "#core/constants";
import { FIELDS } from "#tools/edit/node-form";

export const FORM = `<div class="told"><div class="tool-head"><h2>Edit</h2><div class="bar history">
    <button type="button" data-act="undo"></button><button type="button" data-act="redo"></button>
    <button type="button" data-act="revert" title="Back to the machine as it was before the first edit">Revert</button>
    </div></div>
  <p class="effect" role="status"></p>
  <div class="unanswered" role="alert"></div></div>
  <form class="node-form"><div class="bar"><label>node <select name="node"></select></label>
    <button type="button" data-act="add" title="Add a node beside it (Insert)">Add</button>
    <button type="button" data-act="rename" title="Rename it on the stage (F2, or double click)">Rename</button>
    <button type="button" data-act="remove" title="Remove it (Delete)">Remove</button></div>
    ${FIELDS}</form>
  <section class="distances"><div class="tool-head"><h2 id="distances-title">Distances</h2>
    <label class="switch"><input type="checkbox" name="both"> both ways</label>
    <label class="switch" title="A node that is moved gets the distances, and the adistance, of nodes that stand there">
    <input type="checkbox" name="follow"> follow moves</label></div>
    <p class="refusal" id="grid-refusal" role="alert"></p>
    <div class="grid-box"><table role="grid" class="distance-grid" aria-labelledby="distances-title"></table></div>
    <p class="quiet too-many" hidden></p><ul class="odd-ones" aria-label="Odd distances"></ul>
    <p class="quiet grid-help">Type a number from ${LOCAL_DISTANCE} to ${LARGEST_DISTANCE}, Enter takes it, Escape
    does not, Delete gives ${LOCAL_DISTANCE} or ${REMOTE_DISTANCE}. Paste a block from a spreadsheet or numactl
    -H.</p></section>
  <details class="edit-keys"><summary>On the stage</summary><p class="quiet">Drag a card to another socket or class.
  With the focus on a
    card, Alt and an arrow key moves it, F2 or a double click renames it, Insert adds a node beside it, Delete
    removes it, Enter goes
    to its fields. Ctrl+Z undoes, Ctrl+Shift+Z or Ctrl+Y does it again.</p></details>`;
