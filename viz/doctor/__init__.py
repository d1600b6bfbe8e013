"""Find out from a machine's files of /sys and /proc whether it demotes memory, where to, and if not, why.

tree.py (the files) -> facts.py (what they say) -> checks_*.py (a function for each cause) -> report.py
"""
