"""How long what waits for somebody's next message waits. Pure."""

from datetime import timedelta

ASKED_FOR = timedelta(days=3)
"""A colleague's answer waits so long for the person to ask for it; then a colleague has something to do."""
