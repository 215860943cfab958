"""Letting the first people of the team in, from the command line."""

from bot.clock import MachineClock
from bot.settings import Settings
from storage import caseworkers
from storage.caseworkers import Role
from storage.engine import open_storage


async def invite(settings: Settings, email: str, role: str) -> str:
    """A one-time link with which `email` chooses a password. Raises SettingsError, StorageError."""
    storage = await open_storage(settings, MachineClock())
    try:
        token = await storage.run(caseworkers.invite, email, Role(role))
    finally:
        await storage.close()
    return f"{settings.base_url.rstrip('/')}/backend/invitation/{token}"
