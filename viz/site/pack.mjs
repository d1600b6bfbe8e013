// @ts-check
// Starts Pyodide in Node.js, and lets viz/site/packing.py compile all modules there: `node pack.mjs PYODIDE WORK`. So
// they are compiled by the Python that will run them, and no browser has to do it.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [place, work] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${place}/pyodide.mjs`).href);
const info = { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" };
const python = await loadPyodide({ indexURL: `${place}/`, lockFileContents: { info, packages: {} } });
python.FS.mkdirTree("/work");
python.mountNodeFS("/work", work);
python.runPython(readFileSync(new URL("packing.py", import.meta.url), "utf8"));
python.globals.get("pack")("/work");
