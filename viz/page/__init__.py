"""The page as HTML: its body, what the player is given of a run, and the page that stands alone in one file."""
