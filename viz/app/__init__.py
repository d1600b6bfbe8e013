"""Make the Dash app that serves the page: create_app()."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from viz import resources
from viz.app.hosts import Hosts
from viz.app.service import Opened, Service
from viz.page.player_data import MAX_STAGE_NODES

if TYPE_CHECKING:
    from dash import Dash
    from flask import Flask

    from viz.app.dispatcher import Dispatcher
    from viz.app.following import Following

EVERY_HOST = Hosts()


def create_app(
    opened: Opened | None = None,
    base: str = "/",
    hosts: Hosts = EVERY_HOST,
    kernel: str | None = None,
    following: Following | None = None,
) -> Dash:
    """Return a Dash app that plays built-in topologies and machines that a visitor pastes.

    The page opens with the topology `opened`, if there is one, and with `kernel`, if that is given. All paths of the
    app are below `base`, which has a slash at both ends. The app answers requests to the Host names of `hosts`. With
    `following`, all other visitors see what a speaker's page shows.
    """
    from flask import Flask  # imported late, because worker processes import this package and need no Flask

    from viz.app import callbacks, http_policy, layout, page_document
    from viz.app.caching import use_caches
    from viz.app.dispatcher import Dispatcher
    from viz.app.following import serve_following
    from viz.app.story_gallery import serve_stories
    from viz.page import modules
    from viz.page.content_policy import csp_hash

    server = Flask(__name__, static_folder=None)
    edition = resources.edition()
    assets = resources.assets()
    place = f"{base}assets/{edition}"
    service = Service(opened, kernel)
    dispatcher = Dispatcher(service)
    app = _page(server, base, edition, dispatcher)
    follow_host = following.host if following else None
    app.index_string = page_document.document(base, place, assets, service.choices(), kernel, follow_host)
    app.layout = layout.layout()
    callbacks.register(app, dispatcher, edition)
    callbacks.register_asks(server, base, dispatcher)
    serve_stories(server, base)
    if following:
        serve_following(server, base, following, page_document.speaker(place, assets))
    imports = csp_hash(modules.served(assets, place))
    http_policy.apply_policy(server, base, edition, [*app.csp_hashes(), imports], hosts)
    use_caches(server, base, f"{place}/", not service.files, following.is_shared if following else None)
    return app


def _page(server: Flask, base: str, edition: str, dispatcher: Dispatcher) -> Dash:
    """Return a Dash app for a Flask server; nothing but the files of assets/ is set up yet."""
    from viz.app import page_document

    return page_document.Page(
        __name__,
        first=lambda: first_run(dispatcher),
        server=server,
        assets_folder=str(resources.assets().resolve()),
        assets_url_path=f"assets/{edition}",
        assets_ignore=r"\.(mjs|css|js)$",  # Dash must not link to them: the page's own template links to what it needs
        url_base_pathname=base,
        use_async=False,
        update_title=None,  # None keeps Dash from changing the title
        title="tierscope",
    )


def first_run(dispatcher: Dispatcher) -> dict[str, Any] | None:
    """Return the run of the machine that the page opens with; None if computing or sending it takes long."""
    service = dispatcher.service
    name = next(iter(service.choices().values()))[0][0]
    asked = {"topology": name}
    if len(service.topology(asked).nodes) > MAX_STAGE_NODES:
        return None
    answer = dispatcher.answer_if_light("play", asked)
    return answer if answer and "error" not in answer else None
