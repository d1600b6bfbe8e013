"""Pure functions that draw a run: the stage, the charts and the panels, and the result as plain text."""
