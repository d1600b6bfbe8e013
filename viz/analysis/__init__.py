"""Compute results from runs: comparisons, counterexamples, findings, kernel logs compared with runs, and stranding."""
