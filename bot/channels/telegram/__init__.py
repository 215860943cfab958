"""Telegram, by its Bot API. `settings` costs nothing to import; `channel` imports aiogram, so only once the channel is on."""
