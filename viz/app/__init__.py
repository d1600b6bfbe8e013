"""Make the Dash app that serves the page: create_app()."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from viz import resources
from viz.app.hosts import Hosts
from viz.app.service import Opened, Service
from viz.page.player_data import MAX_STAGE_NODES
from viz.stories import ResolvedTalk

if TYPE_CHECKING:
    from dash import Dash
    from flask import Flask

    from viz.app.dispatcher import Dispatcher
    from viz.app.fallback import Fallback
    from viz.app.following import Following

EVERY_HOST = Hosts()


def create_app(
    opened: Opened | ResolvedTalk | None = None,
    base: str = "/",
    hosts: Hosts = EVERY_HOST,
    kernel: str | None = None,
    following: Following | None = None,
    fallback: Fallback | None = None,
) -> Dash:
    """Return a Dash app that plays built-in topologies and machines that a visitor pastes.

    The page opens with `opened`, a topology or a talk, and with `kernel`, if they are given. All paths of the app are
    below `base`, which has a slash at both ends. The app answers requests to the Host names of `hosts`. With
    `following`, all other visitors see what a speaker's page shows. With `fallback`, a page keeps Python, which answers
    in the browser while the server is gone.
    """
    from flask import Flask  # imported late, because worker processes import this package and need no Flask

    from viz.app import callbacks, http_policy, layout, page_document, story_gallery, talks
    from viz.app.caching import use_caches
    from viz.app.dispatcher import Dispatcher
    from viz.app.fallback import FOLDER
    from viz.page import modules
    from viz.page.content_policy import csp_hash

    server = Flask(__name__, static_folder=None)
    edition = resources.edition()
    assets = resources.assets()
    place = f"{base}assets/{edition}"
    talk = opened if isinstance(opened, ResolvedTalk) else None
    service = Service(opened if isinstance(opened, Opened) else None, kernel)
    dispatcher = Dispatcher(service)
    app = _page(server, base, edition, dispatcher, talk)
    offers = {"follow": following.host if following else "", "python": fallback.listing if fallback else ""}
    root = {**offers, "opens": talks.opening_address(talk)}
    app.index_string = page_document.document(base, place, assets, service.choices(), kernel, root)
    app.layout = layout.layout()
    callbacks.register(app, dispatcher, edition)
    callbacks.register_asks(server, base, dispatcher)
    story_gallery.serve_stories(server, base)
    talks.serve_talks(server, base, talk)
    _serve_offers(server, base, place, following, fallback)
    http_policy.apply_policy(server, base, edition, [*app.csp_hashes(), csp_hash(modules.served(assets, place))], hosts)
    for_ever = (f"{place}/", f"{base}{FOLDER}")
    use_caches(server, base, for_ever, not service.files, following.is_shared if following else None)
    return app


def _serve_offers(server: Flask, base: str, place: str, following: Following | None, fallback: Fallback | None) -> None:
    """Serve what a server offers only if it is told to: an audience that follows a speaker, and Python for pages."""
    from viz.app import page_document
    from viz.app.fallback import serve_fallback
    from viz.app.following import serve_following

    if following:
        serve_following(server, base, following, page_document.speaker(place, resources.assets()))
    if fallback:
        serve_fallback(server, base, fallback)


def _page(server: Flask, base: str, edition: str, dispatcher: Dispatcher, talk: ResolvedTalk | None) -> Dash:
    """Return a Dash app for a Flask server; nothing but the files of assets/ is set up yet."""
    from viz.app import page_document

    return page_document.Page(
        __name__,
        first=lambda: first_run(dispatcher, talk),
        server=server,
        assets_folder=str(resources.assets().resolve()),
        assets_url_path=f"assets/{edition}",
        assets_ignore=r"\.(mjs|css|js)$",  # Dash must not link to them: the page's own template links to what it needs
        url_base_pathname=base,
        use_async=False,
        update_title=None,  # None keeps Dash from changing the title
        title="tierscope",
    )


def first_run(dispatcher: Dispatcher, talk: ResolvedTalk | None = None) -> dict[str, Any] | None:
    """Return the run that the page opens with; None if computing or sending it takes long, or it has no built-in name.

    It is that of the first stop of the talk or, without a talk, of the first machine in the list.
    """
    service = dispatcher.service
    first = talk.first if talk else None
    asked = first.request if first else {"topology": next(iter(service.choices().values()))[0][0]}
    if "topology" not in asked or len(service.topology(asked).nodes) > MAX_STAGE_NODES:
        return None
    answer = dispatcher.answer_if_light("play", asked)
    return answer if answer and "error" not in answer else None
