"""Write the page as HTML: its body, the data that the player gets, and the page exported as a single file."""
