"""The work that the server does for a page: within limits, and what is heavy in processes of its own."""
