// Types of this page's elements that TypeScript cannot find out.

// Every element of the page is HTML or SVG, so each has `dataset`, `style` and `focus()`.
interface Element extends HTMLOrSVGElement, ElementCSSInlineStyle {}

/** A field of a form. One type stands for all kinds of fields: no module reads a property that the field lacks. */
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

/** An event whose target is an element. */
type TargetedEvent<E> = E & { target: Control };

/** The types of elements, by the selector with which `$` finds them; only those with more than any element has. */
interface Found {
  "#scrubber": HTMLInputElement;
  "#single-keys": HTMLInputElement;
  "#file": HTMLInputElement;
  "#remote": HTMLInputElement;
  "#talk-editor": HTMLDialogElement;
  "#warnings details": HTMLDetailsElement;
  "#allowed-nodes": HTMLInputElement;
  "#condition": HTMLInputElement;
  "#find-story": HTMLInputElement;
  "#stories": HTMLDialogElement;
  "#link": HTMLInputElement;
  "#text": HTMLTextAreaElement;
  "#written": HTMLTextAreaElement;
  "#log-text": HTMLTextAreaElement;
  "#doctor-more": HTMLTextAreaElement;
  "#doctor-cgroup": HTMLInputElement;
  ".of-owners": NamedForm;
  "[data-field=name]": HTMLInputElement;
  "[data-owner=add]": HTMLButtonElement;
  "[data-owner=remove]": HTMLButtonElement;
  "#doctor-files": HTMLDetailsElement;
  "#size": HTMLSelectElement;
  "#speed": HTMLSelectElement;
  "#kernel": HTMLSelectElement;
  "#zonelists": HTMLSelectElement;
  "#topology": HTMLSelectElement;
  "#topology option": HTMLOptionElement;
  "#form": HTMLSelectElement;
  "#picture-of": HTMLSelectElement;
  "#picture-theme": HTMLSelectElement;
  "#picture-frame": HTMLInputElement;
  "#picture-transparent": HTMLInputElement;
  "#motion-first": HTMLInputElement;
  "#motion-last": HTMLInputElement;
  "#paste": HTMLDialogElement;
  "#share": HTMLDialogElement;
  "#keys": HTMLDialogElement;
  "#audience": HTMLDialogElement;
  "#story": HTMLDetailsElement;
  "#shape": HTMLDialogElement;
  "#open-whole": HTMLAnchorElement;
  "#copy-link": HTMLButtonElement;
  "#save-gif": HTMLButtonElement;
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

/** The parts of a plotly chart that this page uses. */
interface Plot extends HTMLElement {
  on(event: string, act: (event: any) => void): void;
  _fullLayout?: { xaxis?: Axis; yaxis: Axis; yaxis2?: Axis; _size: { h: number } };
}

interface Axis {
  _offset: number;
  _length: number;
  /** Returns the pixel of a value of the data. */
  l2p(place: number): number;
}

/** Properties of the window that are Dash's or this page's. */
interface Window {
  dash_clientside?: { set_props?: (id: string, props: object) => void; no_update?: unknown; tierscope?: object };
  dash_stores: unknown[];
  /** What Dash looks up: hooks of ours, and the React component Message. */
  tierscope: object;
  /** The run that came last. */
  tierscopePlay: Play;
  /** What an exported page holds besides its first run, if it holds a talk. */
  tierscopeHeld?: HeldAnswers;
}

interface Navigator {
  connection?: { saveData: boolean };
}
