"""WhatsApp, by Meta's Cloud API. `settings` costs nothing to import; `channel` imports pywa, so only once the channel is on."""
