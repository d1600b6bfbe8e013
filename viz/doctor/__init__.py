"""The doctor: does a machine demote, where to, and if not, why. It reads files of /sys and /proc, and nothing else.

tree.py (what is read) -> facts.py (what that says) -> checks_*.py (one small function a cause) -> report.py
"""
