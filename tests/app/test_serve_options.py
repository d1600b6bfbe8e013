"""Test what `serve` makes of its options, without a socket: addresses, what it prints, and what the server gets."""

from __future__ import annotations

import signal
from types import SimpleNamespace
from typing import Any

import pytest

from tests.command import tierscope
from viz.app import serve as module
from viz.app.hosts import Hosts
from viz.app.serve import ListenOptions, serve


class Stand:
    """Stands for the app, its server and a socket, and notes what they are told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: dict[str, Any] = {}
        self.signals: list[int] = []
        app = SimpleNamespace(server=SimpleNamespace(wsgi_app="wsgi"), run=self.note("debug"))
        monkeypatch.setattr(module, "create_app", self.note("app", app))
        monkeypatch.setattr(module, "listen", self.note("listen", [SimpleNamespace(getsockname=lambda: ("", 8123))]))
        monkeypatch.setattr(module, "server_of", self.note("server", SimpleNamespace(run=self.note("run"))))
        monkeypatch.setattr(module, "compress_ahead", self.note("ahead"))
        monkeypatch.setattr(signal, "signal", lambda number, _: self.signals.append(number))

    def note(self, name: str, answer: Any = None) -> Any:
        """Return a function that notes its arguments under a name and returns the answer."""

        def noted(*values: Any, **named: Any) -> Any:
            self.told[name] = (*values, named) if named else values
            return answer

        return noted


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Return what stands for the server."""
    return Stand(monkeypatch)


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("talk.example.org", "talk.example.org")]
)
def test_the_address_that_is_printed_can_be_opened(
    stand: Stand, capsys: pytest.CaptureFixture[str], host: str, shown: str
) -> None:
    """The port is the one that the socket got, and an IPv6 address is in brackets."""
    serve(None, ListenOptions(host, 0, "/x/", ("a.example",)), debug=False, kernel="v6.1")
    assert capsys.readouterr().out == f"tierscope is at http://{shown}:8123/x/  (Ctrl+C ends it)\n"
    assert stand.told["app"] == (None, "/x/", Hosts.of(host, ("a.example",)), "v6.1", None, None)
    assert stand.told["listen"] == (host, 0)
    assert stand.told["ahead"][1] == "/x/"
    assert stand.signals == [signal.SIGTERM, signal.SIGINT]
    wsgi, proxies, named = stand.told["server"]
    assert (wsgi, proxies, named["version_of"]("/x/follow")) == ("wsgi", (), 0)
    assert "run" in stand.told


def test_an_audience_follows_on_the_address_that_is_printed(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    serve(None, ListenOptions("talk.example.org", 0, follow=True, trusted_proxies=("10.0.0.1",)), debug=False)
    following = stand.told["app"][4]
    printed = capsys.readouterr().out
    assert printed.startswith("tierscope is at http://talk.example.org:8123/  (Ctrl+C ends it)\nThe audience opens ")
    assert f"http://talk.example.org:8123/speaker#{following.token} " in printed
    assert following.host == "talk.example.org"
    _, proxies, named = stand.told["server"]
    assert proxies == ("10.0.0.1",)
    assert named["version_of"]("/follow") == following.version() > 0


def test_a_port_that_is_taken_is_refused_in_one_line(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object) -> None:
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(module, "listen", taken)
    done = tierscope("serve", "--host", "127.0.0.1", "--port", "8123")
    assert done.stderr.decode() == "tierscope: cannot serve on 127.0.0.1 port 8123: Address already in use\n"
    assert done.returncode == 2
    assert "run" not in stand.told


def test_the_debugger_is_served_by_dash_alone(stand: Stand) -> None:
    serve(None, ListenOptions("127.0.0.1", 8051), debug=True)
    [named] = stand.told["debug"]
    assert named == {"host": "127.0.0.1", "port": "8051", "debug": True, "dev_tools_disable_version_check": True}
    assert not stand.told.keys() & {"listen", "server", "run", "ahead"}
