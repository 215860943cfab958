"""The settings of Messenger: PALIER_MESSENGER_*, from the environment or `.env`. Light: httpx is not imported here."""

import re
from pathlib import Path
from typing import Self

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError
from bot.settings import describe

PREFIX = "PALIER_MESSENGER_"
VERSION = "v24.0"
"""The Graph API's version, where the address names none."""
_ID = re.compile(r"[0-9]{5,20}", re.ASCII)


class MessengerSettings(BaseSettings):
    """Off without the Page's id. Every field is documented in docs/operations/settings.md."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    page_id: str | None = None
    token: SecretStr | None = None
    app_secret: SecretStr | None = None
    verify_token: SecretStr | None = None
    api_base: str = f"https://graph.facebook.com/{VERSION}"

    @field_validator("page_id")
    @classmethod
    def _an_id(cls, value: str | None) -> str | None:
        if value is not None and not _ID.fullmatch(value):
            raise ValueError("not a Page's id: the digits under « Page transparency » on the Page itself")
        return value

    @field_validator("api_base")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value):
            raise ValueError(f"not an address; Meta's own is https://graph.facebook.com/{VERSION}")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """A Page without the rest answers nobody, and would take calls that anybody could have written."""
        if self.page_id is not None:
            wanted = {"TOKEN": self.token, "APP_SECRET": self.app_secret, "VERIFY_TOKEN": self.verify_token}
            if missing := [f"{PREFIX}{name}" for name, value in wanted.items() if value is None]:
                raise ValueError(f"{PREFIX}PAGE_ID is set without {', '.join(missing)}")
        return self

    @property
    def on(self) -> bool:
        """True when there is a Page to write from."""
        return self.page_id is not None


def load_messenger_settings(env_file: Path = Path(".env")) -> MessengerSettings:
    """The settings of this process. Raises SettingsError with one line per fault."""
    try:
        return MessengerSettings(_env_file=env_file)
    except ValidationError as fault:
        raise SettingsError(describe(fault, PREFIX)) from None
