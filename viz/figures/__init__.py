"""Pictures as pure functions: of the stage, of the charts, and in plain text."""
