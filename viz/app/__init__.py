"""The Dash app that serves the page; create_app() makes it."""

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

    All its paths are below `base`, which has a slash at both ends. It answers requests to the Host names of `hosts`.
    """
    from flask import Flask  # imported late, because worker processes import this package and need no Flask

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
        assets_ignore=r"\.(mjs|css)$",  # the page links to its own, which fetch the others
        url_base_pathname=base,
        use_async=False,
        update_title=None,  # None keeps Dash from changing the title
        title="tierscope",
    )
    service = Service(opened)
    dispatcher = Dispatcher(service)
    imports = modules.served(resources.assets(), f"{base}{assets}")
    app.index_string = page_document.document(base, assets, imports, service.choices())
    app.layout = page_document.stores()
    callbacks.register(app, dispatcher)
    callbacks.register_asks(server, base, dispatcher)
    http_policy.apply_policy(server, base, edition, [*app.csp_hashes(), http_policy.csp_hash(imports)], hosts)
    use_caches(server, base, f"{base}{assets}/")
    return app
