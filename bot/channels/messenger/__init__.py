"""Messenger, by Meta's Graph API. `settings` costs nothing to import; `channel` imports httpx, so only once the channel is on."""
