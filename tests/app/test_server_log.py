"""Test that the server logs the kind of an error, and nothing that a visitor sent."""

from __future__ import annotations

import logging

import pytest

from viz.app.server_log import UNANSWERED, hide_requests


def test_of_a_failed_request_only_the_kind_of_the_error_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("tests of viz.app.server_log")
    hide_requests(logger)
    try:
        raise KeyError("what was sent")
    except KeyError:
        logger.exception("what was %s", "sent")
    logger.error("the server says %s", "this")
    logger.error(UNANSWERED)
    assert caplog.messages == ["a request failed in the server: KeyError", "the server says this"]
    assert "what was sent" not in caplog.text
