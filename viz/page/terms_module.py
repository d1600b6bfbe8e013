"""Write assets/core/glossary.mjs, the terms of docs/glossary.md as a module of the page.

`python -m viz.page.terms_module` prints the text of the file.
"""

from __future__ import annotations

import json
from textwrap import wrap

from viz.page.glossary import Term, terms

WIDTH = 120
"""The largest number of characters in a line."""
HEAD = """\
// @ts-check
// The words of docs/glossary.md. viz/page/terms_module.py writes this file:
// python -m viz.page.terms_module > assets/core/glossary.mjs

/** @type {[names: string[], text: string][]} */
export const TERMS = [
"""


def module() -> str:
    """Return the text of the JavaScript module."""
    return HEAD + "".join(map(_entry, terms())) + "];\n"


def _entry(term: Term) -> str:
    """Return a term as biome formats it: in one line if that is not too long, else in lines that are joined by "+"."""
    names = json.dumps(list(term.names), ensure_ascii=False)
    line = f"  [{names}, {_quoted(term.text)}],\n"
    if len(line) <= WIDTH:
        return line
    parts = wrap(term.text, WIDTH - 15, break_on_hyphens=False)
    texts = [*(_quoted(part + " ") for part in parts[:-1]), _quoted(parts[-1])]
    short = f"    {' + '.join(texts)},"
    text = short.strip(" ,") if len(short) <= WIDTH else " +\n      ".join(texts)
    return f"  [\n    {names},\n    {text},\n  ],\n"


def _quoted(text: str) -> str:
    """Return a text as a literal, in the quotation marks of which it has fewer."""
    if '"' in text and "'" not in text:
        return "'" + text.replace("\\", "\\\\") + "'"
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    print(module(), end="")
