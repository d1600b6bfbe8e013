"""`python -m viz` is the command line."""

from viz.cli import main

if __name__ == "__main__":  # a process that counterexample starts imports this module, too
    main()
