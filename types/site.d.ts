// Types of what only a site of plain files has: its service worker, and plotly.js without Dash.

/** What viz/site/build.py tells the service worker about the site. Paths are relative to the site. */
declare const SITE: {
  /** Folders whose files never change, because a hash or a version is in their names. */
  folders: string[];
  /** The files of those folders that the first picture and the tools need. */
  first: string[];
  /** The answers that are ready made, which are kept once the browser is idle. */
  answers: string[];
  /** Files that another edition of the site changes; the last is the document, whose path is "". */
  changing: string[];
  /** The worker that runs Python, and its content security policy. */
  python: string;
  policy: string;
};

interface ExtendableWorkerEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}

interface WorkerMessageEvent extends ExtendableWorkerEvent {
  data: unknown;
}

interface FetchWorkerEvent extends ExtendableWorkerEvent {
  request: Request;
  respondWith(response: Promise<Response>): void;
}

/** The global scope of a service worker. */
interface ServiceWorkerScope {
  registration: ServiceWorkerRegistration;
  clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listener: (event: ExtendableWorkerEvent) => void): void;
  addEventListener(type: "message", listener: (event: WorkerMessageEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchWorkerEvent) => void): void;
}

/** The global scope of the web worker in which Python runs. */
interface PythonScope {
  postMessage(message: object): void;
  onmessage: (event: MessageEvent) => void;
}

interface Window {
  /** plotly.js, once it has come. */
  Plotly?: { react(place: Element, data: object[], layout: object, config: object): Promise<unknown> };
}
