"""Record a run step by step, describe every step in a sentence, explain every value, write it all for the player."""
