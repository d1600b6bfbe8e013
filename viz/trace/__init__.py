"""A run as it happened: recorded step by step, told in sentences, and written for the player."""
