"""The road and the process: what a message passes through, and what starts it."""
