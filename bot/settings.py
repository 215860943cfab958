"""Process settings: the environment or `.env`, prefix PALIER_. A channel's own settings live in its folder."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from bot.errors import SettingsError
from bot.notices import addresses

SHORTEST_KEY = 32
HOME_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
"""Names that no telephone outside finds. https://www.rfc-editor.org/rfc/rfc6761, 6762, 8375"""


class Settings(BaseSettings):
    """What one process is started with. Every field is documented in docs/operations/settings.md."""

    model_config = SettingsConfigDict(env_prefix="PALIER_", env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True)

    database_url: SecretStr = SecretStr("sqlite:///var/palier.db")
    database_listen_url: SecretStr | None = None
    secret_key: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    embed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    timezone: str = "Europe/Paris"
    erasure_ledger: Path = Path("var/erasures.log")
    rgpd_folder: Path = Path("var/rgpd")
    alert_urls: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    embeddings_url: str = ""
    calendar_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    clamav_socket: str = ""

    @field_validator("secret_key", "embed_origins", "trusted_proxies", "calendar_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("alert_urls", mode="before")
    @classmethod
    def _addresses(cls, value: object) -> object:
        return addresses(value) if isinstance(value, str) else value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(key.get_secret_value()) < SHORTEST_KEY for key in value):
            raise ValueError(f"each key needs at least {SHORTEST_KEY} characters; make one with: openssl rand -base64 32")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as fault:
            raise ValueError(f"{value!r} is not a time zone; write for example Europe/Paris") from fault
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def public(self) -> bool:
        """True when other people's telephones can reach `base_url`: by https, under a name or an address that is not of this machine or network."""
        host = urlsplit(self.base_url).hostname or ""
        return self.secure and reachable(host)

    @property
    def secure(self) -> bool:
        """True when people reach us by https, so that cookies may be Secure."""
        return self.base_url.startswith("https://")


class OwnSettings(Settings):
    """Settings that come from the code alone: what the operator set, in the environment or `.env`, is not looked at."""

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def reachable(host: str) -> bool:
    """False for a name or an address that means something only here."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host.rstrip(".") and not host.rstrip(".").endswith(HOME_NAMES)


def describe(fault: ValidationError, prefix: str = "PALIER_") -> str:
    """A pydantic fault as lines an operator can act on, without the values (they may be secrets)."""
    found = fault.errors(include_input=False)
    return "\n".join(f"{prefix}{str(error['loc'][0]).upper()}: {error['msg']}" if error["loc"] else error["msg"] for error in found)


def load_settings() -> Settings:
    """The settings of this process. Raises SettingsError with one line per fault."""
    try:
        return Settings()
    except ValidationError as fault:
        raise SettingsError(describe(fault)) from fault
