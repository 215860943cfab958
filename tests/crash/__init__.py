"""Real processes of `palier`, killed at random moments under load."""
