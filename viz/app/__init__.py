"""The page: create_app() is the whole of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viz import resources
from viz.app.hosts import Hosts
from viz.app.service import Opened, Service

if TYPE_CHECKING:
    from dash import Dash

EVERY_HOST = Hosts()


def create_app(opened: Opened | None = None, base: str = "/", hosts: Hosts = EVERY_HOST) -> Dash:
    """Return a Dash app that plays the built-in topologies, what a visitor pastes, and `opened`, which it starts with.

    All of it lies under the path `base`, which has a slash at both ends. It answers under the names of `hosts`.
    """
    from flask import Flask  # here, because a process for heavy runs imports this package and needs none of it

    from viz.app import callbacks, http_policy, page_document
    from viz.app.caching import use_caches
    from viz.app.dispatcher import Dispatcher
    from viz.page import modules

    server = Flask(__name__, static_folder=None)
    edition = resources.edition()
    assets = f"assets/{edition}"
    app = page_document.Page(
        __name__,
        server=server,
        assets_folder=str(resources.assets().resolve()),
        assets_url_path=assets,
        assets_ignore=r"\.(mjs|css)$",  # the page names its own, which fetch the others
        url_base_pathname=base,
        use_async=False,
        update_title=None,  # None keeps the title still
        title="tierscope",
    )
    session = Service(opened)
    dispatcher = Dispatcher(session)
    imports = modules.served(resources.assets(), f"{base}{assets}")
    app.index_string = page_document.document(base, assets, imports, session.choices())
    app.layout = page_document.stores()
    callbacks.register(app, dispatcher)
    callbacks.register_asks(server, base, dispatcher)
    http_policy.apply_policy(server, base, edition, [*app.csp_hashes(), http_policy.csp_hash(imports)], hosts)
    use_caches(server, base, f"{base}{assets}/")
    return app
