"""What is computed from runs: comparisons, counterexamples, a kernel log held against them, stranding."""
