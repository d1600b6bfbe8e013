"""What if a rule were another? A version whose rules are changed, by switches or by somebody's own patch.

    switches.py    every rule that can be changed: its name, its values, and what each means, in words
    meaning.py     the values that a row has, and why a rule means nothing for it
    edits.py       what each value changes in the source of the routines
    program.py     the modules of viz.kernel with changed source, linked to each other
    what_if.py     "v5.15 + used=per-source" as a Version

A rule is changed in the source itself, as a patch would do it. So the page shows what runs, and the rows of the table
stay as they are.
"""
