// @ts-check
// Constants of the Python side that the page needs, too. viz/page/constants.py writes this file:
// python -m viz.page.constants > assets/core/constants.mjs

export const LOCAL_DISTANCE = 10;
export const REMOTE_DISTANCE = 20;
export const LARGEST_DISTANCE = 255;
export const LARGEST_ID = 1023;
export const LARGEST_ADISTANCE = 2147483647;
export const MAX_CPUS = 65536;
export const MAX_LABEL = 40;
export const MAX_EVENTS = 500;
export const MAX_EDIT_NODES = 128;
