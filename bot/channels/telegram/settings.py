"""The settings of Telegram: PALIER_TELEGRAM_*, from the environment or `.env`. Light: aiogram is not imported here."""

import re
from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError
from bot.settings import describe

PREFIX = "PALIER_TELEGRAM_"
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]+", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)


class Mode(StrEnum):
    """How updates reach us: Telegram calls us, or we ask."""

    WEBHOOK = "webhook"
    POLLING = "polling"


class TelegramSettings(BaseSettings):
    """Off without a token. Every field is documented in docs/operations/settings.md."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    token: SecretStr | None = None
    mode: Mode = Mode.POLLING
    secret: SecretStr | None = Field(default=None, validate_default=True)
    api_base: str = "https://api.telegram.org"
    per_second: float = Field(default=25.0, gt=0, le=100_000)

    @field_validator("token")
    @classmethod
    def _like_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("not a bot's token; @BotFather gives one that looks like 123456789:AAbbCC…")
        return value

    @field_validator("secret")
    @classmethod
    def _as_telegram_takes_it(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            if info.data.get("mode") is Mode.WEBHOOK and info.data.get("token") is not None:
                raise ValueError("the webhook needs a secret; make one with: openssl rand -hex 32")
        elif not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("Telegram takes 1 to 256 letters, digits, _ and -; make one with: openssl rand -hex 32")
        return value

    @field_validator("api_base")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value):
            raise ValueError("not an address; Telegram's own is https://api.telegram.org")
        return value.rstrip("/")

    @property
    def on(self) -> bool:
        """True when there is a bot to be."""
        return self.token is not None

    @property
    def account(self) -> str:
        """The bot's id: the digits before the token's colon, which are no secret. "" when off."""
        return "" if self.token is None else self.token.get_secret_value().partition(":")[0]


def load_telegram_settings(env_file: Path = Path(".env")) -> TelegramSettings:
    """The settings of this process. Raises SettingsError with one line per fault."""
    try:
        return TelegramSettings(_env_file=env_file)
    except ValidationError as fault:
        raise SettingsError(describe(fault, PREFIX)) from None
