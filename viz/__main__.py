"""`python -m viz` is the command line."""

from viz.cli import main

main()
