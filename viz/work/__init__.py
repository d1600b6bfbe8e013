"""Limits on the work that the server does for a page, and worker processes for the heavy part of it."""
