// What TypeScript cannot know of this page's elements.

// Every element of the page is HTML or SVG, so each has a data set, a style, and can have the focus.
interface Element extends HTMLOrSVGElement, ElementCSSInlineStyle {}

/** A field, as an event's target or by its name: one type for all, since nothing here asks one for what it has not. */
interface Control extends HTMLElement {
  value: string;
  defaultValue: string;
  checked: boolean;
  disabled: boolean;
  name: string;
  type: string;
  placeholder: string;
  form: NamedForm | null;
  files: FileList | null;
  select(): void;
}

/** A form whose fields are found by their names. */
type NamedForm = HTMLFormElement & { [name: string]: any };

/** An event that an element has heard. */
type Heard<E> = E & { target: Control };

/** The elements that have more than any element has, by how `$` finds them. */
interface Found {
  "#scrubber": HTMLInputElement;
  "#single-keys": HTMLInputElement;
  "#file": HTMLInputElement;
  "#remote": HTMLInputElement;
  "#warnings details": HTMLDetailsElement;
  "#allowed-nodes": HTMLInputElement;
  "#link": HTMLInputElement;
  "#text": HTMLTextAreaElement;
  "#written": HTMLTextAreaElement;
  "#log-text": HTMLTextAreaElement;
  "#size": HTMLSelectElement;
  "#speed": HTMLSelectElement;
  "#kernel": HTMLSelectElement;
  "#zonelists": HTMLSelectElement;
  "#topology": HTMLSelectElement;
  "#topology option": HTMLOptionElement;
  "#form": HTMLSelectElement;
  "#paste": HTMLDialogElement;
  "#share": HTMLDialogElement;
  "#keys": HTMLDialogElement;
  "#story": HTMLDetailsElement;
  "#shape": HTMLDialogElement;
  "#open-whole": HTMLAnchorElement;
  "#copy-link": HTMLButtonElement;
  "#undo-events": HTMLButtonElement;
  "#redo-events": HTMLButtonElement;
  "#stage svg": SVGSVGElement;
  "#chart .js-plotly-plot": Plot;
  "#tool form": NamedForm;
  svg: SVGSVGElement;
  form: NamedForm;
  select: HTMLSelectElement;
  button: HTMLButtonElement;
  table: HTMLTableElement;
  details: HTMLDetailsElement;
}

type FoundBy<S extends string> = S extends keyof Found
  ? Found[S]
  : S extends `${string}[name=${string}` | `${string}[data-name=${string}` | `${string}[data-at=${string}`
    ? Control
    : S extends `${string}button` | `${string}[data-act=${string}` | `${string}[data-drop]`
      ? HTMLButtonElement
      : HTMLElement;

/** As much of a plotly chart as is used here. */
interface Plot extends HTMLElement {
  on(event: string, act: (event: any) => void): void;
  _fullLayout?: { xaxis?: Axis; yaxis: Axis; yaxis2?: Axis };
}

interface Axis {
  _offset: number;
  _length: number;
  /** From a place in the data to pixels. */
  l2p(place: number): number;
}

/** What is Chromium's alone, or Dash's, or our own on the window. */
interface Window {
  dash_clientside?: { set_props?: (id: string, props: object) => void; no_update?: unknown; tierscope?: object };
  dash_stores: unknown[];
  /** What Dash finds of ours: hooks, and the React side of the component Message. */
  tierscope: object;
  /** The run that has come last. */
  tierscopePlay: Play;
}

interface Navigator {
  connection?: { saveData: boolean };
}
