"""What happens at an hour rather than at a message."""
