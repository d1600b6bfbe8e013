"""Versions whose rules are changed, by switches or by a person's own patch.

    switches.py    every rule that can be changed: its name, its values, and what each means, in words
    meaning.py     the values that a row has, and why a rule means nothing for it
    edits.py       what each value changes in the source of the routines
    program.py     the modules of viz.kernel with changed source, linked to each other
    what_if.py     "v5.15 + used=per-source" as a Version
    own_patch.py   a person's own file as a Version; its loops are counted (loop_limit.py)
    own_files.py   the files that the person who started the program has named

A rule is changed in the source itself, as a patch would do it. So the page shows the code that runs, and the code of
the rows in the table stays as it is.
"""
