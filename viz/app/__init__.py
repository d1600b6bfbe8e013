"""The page: create_app() is the whole of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viz import resources
from viz.app.session import Opened, Session

if TYPE_CHECKING:
    from dash import Dash


PACKING = {"COMPRESS_ALGORITHM": ["br", "gzip"], "COMPRESS_BR_LEVEL": 6}
"""A fifteenth less to load than with what Flask-Compress would take, for a few milliseconds of work."""


def create_app(opened: Opened | None = None, base: str = "/") -> Dash:
    """A Dash app that plays the built-in topologies, what a visitor pastes, and `opened`, which it starts with.

    All of it lies under the path `base`, which has a slash at both ends.
    """
    from flask import Flask  # here, because a process for heavy runs imports this package and needs none of it

    from viz.app import callbacks, document, guard
    from viz.app.desk import Desk

    server = Flask(__name__, static_folder=None)
    place = f"assets/{resources.edition()}"
    server.config.update(PACKING)
    app = document.Page(
        __name__,
        server=server,  # type: ignore[arg-type]  # the stub knows of no Flask
        assets_folder=str(resources.assets().resolve()),
        assets_url_path=place,
        assets_ignore=r"\.(mjs|tool\.css)$",  # the page names its one module, which imports the others
        url_base_pathname=base,
        compress=True,
        use_async=False,
        update_title=None,  # type: ignore[arg-type]  # None keeps the title still; the stub knows only str
        title="tierscope",
    )
    session = Session(opened)
    desk = Desk(session)
    app.index_string = document.document(base, place, session.choices())
    app.layout = document.stores()
    callbacks.register(app, desk)
    callbacks.register_asks(server, base, desk)
    guard.guard(server, base, place, app.csp_hashes())
    return app
