"""Compute results from runs: comparisons, counterexamples, kernel logs compared with runs, and stranding."""
