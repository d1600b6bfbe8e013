// @ts-check
// Constants of the Python side that the page needs, too. viz/app/constants.py writes this file:
// python -m viz.app.constants > assets/core/constants.mjs

export const LOCAL_DISTANCE = 10;
export const REMOTE_DISTANCE = 20;
export const LARGEST_DISTANCE = 255;
export const LARGEST_ID = 1023;
export const DRAM_ADISTANCE = 576;
export const LARGEST_ADISTANCE = 2147483647;
export const MAX_CPUS = 65536;
export const MAX_LABEL = 40;
export const MAX_EVENTS = 500;
export const MAX_EDIT_NODES = 128;
export const MAX_FILE_BYTES = 2900000;
export const MAX_LINK = 8000;
export const MAX_TALK = 400000;
export const LIKE_TALK = "^[ \\t]{0,40}(?:\\[\\[[ \\t]{0,9}stops[ \\t]{0,9}\\]\\]|stops[ \\t]{0,9}=)";
export const LONG_MACHINE = 2000;
export const MAX_OWNERS = 16;
export const MAX_SCENARIO = 65536;
export const RESIDENT_TICKS = 230;
export const NO_MASK = "none";
export const OPENED = "opened";
export const PROTOCOLS = /** @type {const} */ (["in-place", "no-barrier", "barrier", "grace-walk", "grace-hop"]);
export const READER_VERDICTS = /** @type {const} */ (["cycle", "mixed", "same", "old", "new", "cut"]);
export const SPEEDS = /** @type {const} */ ([0.25, 0.5, 1, 2, 4, 8]);
export const FRAME = { width: 1200, margin: 40, maxHeight: 780, maxScale: 1.5, title: 24, sentence: 22, small: 16 };
