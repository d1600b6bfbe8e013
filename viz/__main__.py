"""Run the command line: `python -m viz`."""

from viz.cli import main

if __name__ == "__main__":  # each process that counterexample spawns imports this module too
    main()
