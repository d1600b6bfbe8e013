// @ts-check
// What moves while a run plays, and for how long. viz/figures/choreography.py explains these tables, and
// viz/app/constants.py writes this file:
// python -m viz.app.constants choreography > assets/player/choreography-table.mjs

export const MOVES = {
  announce: [700, 700],
  disable: [120, 2400],
  barrier: [600, 600],
  off: [600, 600],
  pages: [1800, 1800],
  node: [500, 500],
  zonelist: [150, 900],
  pass: [500, 500],
  turn: [350, 350],
  weigh: [160, 1280],
  arrow: [450, 1800],
  card: [350, 1400],
  stands: [700, 700],
};
export const OPERATIONS = {
  EventBegins: "announce",
  Barrier: "barrier",
  Disabled: "off",
  PagesLeave: "pages",
  BlocksChanged: "node",
  CpusChanged: "node",
  StateChanged: "node",
  ZonelistBuilt: "zonelist",
  PassBegins: "pass",
  SourceBegins: "turn",
  SearchBegins: "turn",
  WalkBegins: "turn",
  Scan: "weigh",
  TierScan: "weigh",
  ClassScan: "weigh",
  NextEntry: "weigh",
  SourceDone: "card",
  TargetsDone: "card",
  PreferredDone: "card",
  EntryTaken: "card",
  Refused: "card",
  Lost: "card",
  MayGo: "arrow",
  OrderComplete: "stands",
  TiersComplete: "stands",
  ClassesComplete: "stands",
  WalksComplete: "stands",
};
export const READING = [1500, 900, 45];
