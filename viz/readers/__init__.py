"""What readers without a lock can see while the order changes."""
