"""Pure functions on values: no clock, no database, no network."""
