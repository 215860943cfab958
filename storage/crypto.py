"""What keeps the database unreadable without PALIER_SECRET_KEY.

A sealed value is: key number (1 byte) · nonce (12 random bytes) · AES-256-GCM of the value with its table and column as associated data, so that
a value moved to another column does not open. A look-up key is HMAC-SHA256 of the place and the normalised whole value, cut to 16 bytes:
it finds an equal value and nothing else.

PALIER_SECRET_KEY only wraps the keys that do this work; `storage.keys` keeps them in the table `secret`.
"""

import hmac
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import Undecipherable

KEY_SIZE = 32
NONCE_SIZE = 12
TAG_SIZE = 16
LOOKUP_SIZE = 16
HIGHEST_NUMBER = 255
FRENCH_DIGITS = 10


def new_key() -> bytes:
    """32 random bytes."""
    return urandom(KEY_SIZE)


def fold_name(value: str) -> str:
    """A first name without accents, case or joining marks: « Zoé » and « zoe » are one."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", value) if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in plain.casefold()).split())


def fold_phone(value: str) -> str:
    """A phone number as international digits; a French national number gets its 33."""
    digits = "".join(char for char in value if char.isdecimal() and char.isascii())
    if digits.startswith("00"):
        return digits[2:]
    return "33" + digits[1:] if digits.startswith("0") and len(digits) == FRENCH_DIGITS else digits


def fold_email(value: str) -> str:
    """An e-mail address without case or outer spaces."""
    return value.strip().casefold()


FOLDS: Mapping[str, Callable[[str], str]] = {"person.name": fold_name, "person.phone": fold_phone, "caseworker.email": fold_email}
"""How a value is normalised before its look-up key is made. A provider's ids are compared to the letter."""


class Vault:
    """Seals and opens values, and makes look-up keys. `place` is "table.column". Safe to use from any thread.

    `ask` is called when a value names an unknown key: it may `learn` newer keys (another process has rotated them) before the value is refused.
    """

    def __init__(self, keys: Mapping[int, bytes], lookup_key: bytes, ask: Callable[[], None] | None = None) -> None:
        self._lookup_key = lookup_key
        self._ask = ask
        self.learn(keys)

    def learn(self, keys: Mapping[int, bytes], writing: int | None = None) -> None:
        """Know these data keys by number, and write with `writing` (the highest by default)."""
        ciphers = {number: AESGCM(key) for number, key in keys.items()}
        number = max(keys) if writing is None else writing
        self._ciphers = ciphers
        self._writing = (number, bytes((number,)), ciphers[number])

    @property
    def writing(self) -> int:
        """The number of the data key that new values are sealed with."""
        return self._writing[0]

    def seal(self, place: str, text: str) -> bytes:
        """Seal a text. Any str survives, lone surrogates and NUL included."""
        return self.seal_bytes(place, text.encode("utf-8", "surrogatepass"))

    def open(self, place: str, blob: bytes) -> str:
        """The text sealed at this place. Raises Undecipherable."""
        return self.open_bytes(place, blob).decode("utf-8", "surrogatepass")

    def seal_bytes(self, place: str, data: bytes) -> bytes:
        """Seal bytes."""
        _, mark, cipher = self._writing
        nonce = urandom(NONCE_SIZE)
        return mark + nonce + cipher.encrypt(nonce, data, place.encode())

    def seal_all(self, place: str, texts: Sequence[str]) -> list[bytes]:
        """Seal many texts for the same place, each as `seal` does."""
        _, mark, cipher = self._writing
        nonces, where = urandom(NONCE_SIZE * len(texts)), place.encode()
        sealed = []
        for start, text in zip(range(0, len(nonces), NONCE_SIZE), texts, strict=True):
            nonce = nonces[start : start + NONCE_SIZE]
            sealed.append(mark + nonce + cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), where))
        return sealed

    def open_bytes(self, place: str, blob: bytes) -> bytes:
        """The bytes sealed at this place. Raises Undecipherable."""
        return self._opened(blob, place.encode())

    def _opened(self, blob: bytes, where: bytes) -> bytes:
        if len(blob) < 1 + NONCE_SIZE + TAG_SIZE:
            raise Undecipherable
        cipher = self._ciphers.get(blob[0]) or self._newer(blob[0])
        try:
            return cipher.decrypt(blob[1 : 1 + NONCE_SIZE], blob[1 + NONCE_SIZE :], where)
        except InvalidTag:
            raise Undecipherable from None

    def lookup(self, place: str, value: str) -> bytes:
        """The keyed hash that finds this whole value again. `person.name` and `person.name_key` are one place."""
        place = place.removesuffix("_key")
        fold = FOLDS.get(place)
        whole = f"{place}\0{fold(value) if fold else value}"
        return hmac.digest(self._lookup_key, whole.encode("utf-8", "surrogatepass"), "sha256")[:LOOKUP_SIZE]

    def open_all(self, place: str, blobs: Sequence[bytes]) -> list[str]:
        """The texts of many values sealed at this place, each as `open` gives it. Raises Undecipherable."""
        where = place.encode()
        return [self._opened(blob, where).decode("utf-8", "surrogatepass") for blob in blobs]

    def _newer(self, number: int) -> AESGCM:
        if self._ask is not None:
            self._ask()
        if (cipher := self._ciphers.get(number)) is None:
            raise Undecipherable
        return cipher


class Wrapper:
    """Wraps the working keys with PALIER_SECRET_KEY: the first one writes, any of them opens."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._ciphers = tuple(AESGCM(_derive(secret)) for secret in secrets)

    def wrap(self, name: str, key: bytes) -> bytes:
        """A working key as the database keeps it."""
        nonce = urandom(NONCE_SIZE)
        return nonce + self._ciphers[0].encrypt(nonce, key, name.encode())

    def unwrap(self, name: str, wrapped: bytes) -> tuple[bytes, bool]:
        """The working key, and True if it has to be wrapped again because an older secret opened it. Raises Undecipherable."""
        for index, cipher in enumerate(self._ciphers):
            try:
                return cipher.decrypt(wrapped[:NONCE_SIZE], wrapped[NONCE_SIZE:], name.encode()), index > 0
            except InvalidTag:
                continue
        raise Undecipherable


def _derive(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=b"palier key wrapping").derive(secret.encode())
