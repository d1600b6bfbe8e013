"""The readers: code that follows node_demotion[] without a lock, and what it can see while the order changes."""
