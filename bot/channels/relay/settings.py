"""The settings of the relay: PALIER_RELAY_*, from the environment or `.env`. Light: Apprise is not imported here."""

from pathlib import Path
from typing import Self
from urllib.parse import quote

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError
from bot.settings import describe

PREFIX = "PALIER_RELAY_"
TO = "{to}"
"""Stands in an Apprise address where its service takes the number or the e-mail address written to."""
SHORTEST_SECRET = 32


class RelaySettings(BaseSettings):
    """Each of SMS and e-mail is off without its Apprise address. Every field is documented in docs/operations/settings.md."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    sms_url: SecretStr | None = None
    email_url: SecretStr | None = None
    secret: SecretStr | None = None

    @field_validator("sms_url", "email_url")
    @classmethod
    def _a_place_for_whom(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and (TO not in value.get_secret_value() or "://" not in value.get_secret_value().partition(TO)[0]):
            raise ValueError(f"not an Apprise address with {TO} where the number or the address written to stands, as sms://…/{TO}")
        return value

    @field_validator("secret")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"{SHORTEST_SECRET} characters at least; make one with: openssl rand -hex 32")
        return value

    @model_validator(mode="after")
    def _can_answer(self) -> Self:
        """What is heard must be answered: a danger told by SMS above all."""
        if self.secret is not None and self.sms_url is None:
            raise ValueError(f"{PREFIX}SECRET is set without {PREFIX}SMS_URL: replies would be read and not answered")
        return self

    @property
    def on(self) -> bool:
        """True when one of them is."""
        return self.sms_url is not None or self.email_url is not None

    @property
    def addresses(self) -> dict[str, SecretStr]:
        """By account, the address of those that are on."""
        found = {"sms": self.sms_url, "email": self.email_url}
        return {account: url for account, url in found.items() if url is not None}


def whole(url: SecretStr, to: str) -> str:
    """The Apprise address of one recipient."""
    return url.get_secret_value().replace(TO, quote(to, safe=""))


def load_relay_settings(env_file: Path = Path(".env")) -> RelaySettings:
    """The settings of this process. Raises SettingsError with one line per fault."""
    try:
        return RelaySettings(_env_file=env_file)
    except ValidationError as fault:
        raise SettingsError(describe(fault, PREFIX)) from None
