// @ts-check
// Lets Python in this browser answer in place of a server that is gone. The server offers it with `serve --fallback`.
// All that it needs is fetched while the server is there, after the page can be used.

import { element } from "#core/dom";
import { useFallback } from "#core/server";
import { askPython, keepPython } from "#site/python";

const ASSETS = new URL("../", import.meta.url);

/** Keep Python and the tools, unless the visitor saves data. If they do not come, the page is as it is without them. */
export async function keepFallback() {
  if (navigator.connection?.saveData) return;
  const { assets } = await keepPython();
  await Promise.all(assets.map((path) => preload(new URL(path, ASSETS).href)));
  useFallback(askPython);
}

/**
 * Fetch a module or a style sheet that the page may need later, so that it does not have to ask the server then.
 * @param {string} href
 */
function preload(href) {
  if (href.endsWith(".css")) return fetch(href);
  const link = Object.assign(element("link"), { rel: "modulepreload", href });
  return new Promise((resolve, reject) => {
    Object.assign(link, { onload: resolve, onerror: reject });
    document.head.append(link);
  });
}
