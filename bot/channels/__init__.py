"""The applications people write from: one folder each, strangers to one another."""
