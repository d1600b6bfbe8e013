"""Compute what readers, code that follows node_demotion[] without a lock, can see while the order changes."""
