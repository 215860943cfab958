"""The caseworkers' web."""
