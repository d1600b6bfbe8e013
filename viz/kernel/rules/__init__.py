"""Make versions with changed rules, from switches or from a person's own patch.

    switches.py    every rule that can be changed: its name, its values, and a sentence on each value
    meaning.py     the values that a row has, and the reason why a rule means nothing for the row
    edits.py       the changes of the routines' source for each value
    program.py     copies of the modules of viz.kernel that have changed source and call each other
    what_if.py     "v5.15 + used=per-source" as a Version
    own_patch.py   a person's own file as a Version; loop_limit.py ends loops that may be endless
    own_files.py   the files that were named as kernels when the program was started

A rule is changed in the source itself, as a patch would do it. So the page shows the code that runs. The rows in the
table keep their own code.
"""
