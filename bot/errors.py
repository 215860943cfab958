"""Everything that can go wrong on purpose.

    PalierError
    ├── SettingsError            the environment cannot start a service; the message says what to write
    ├── ContentError             a file of content/ is wrong: file, line, what to write
    ├── StorageError
    │   ├── SchemaTooNew         the database was written by a newer release
    │   ├── AlreadyRunning       another process owns this SQLite file
    │   └── Undecipherable       a sealed value does not open with the keys at hand
    ├── Refused                  bad input from outside: nothing stored
    │   ├── Forged               missing or wrong secret or signature → 401
    │   ├── Malformed            not what the provider documents → 400
    │   ├── TooLarge             a body or a file over the limit → 413
    │   └── Unfit                a file of a kind that is not taken, or that is not what it says → 415
    ├── Unread                   an address that somebody gave could not be read; its code says why
    └── SendFailure              a call did not do what was asked; its flags say what happens next
        ├── Throttled            429: come back after `retry_after` seconds
        ├── Unreachable          network or provider fault
        ├── Rejected             the provider will never take this call
        ├── Blocked              the person does not want us any more
        ├── OutsideWindow        not lawful now on this channel
        └── Misconfigured        our token or rights are wrong: every call will fail

A class's docstring is its default message.
"""


class PalierError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class SettingsError(PalierError):
    """A setting is missing or wrong."""


class ContentError(PalierError):
    """A content file is wrong."""


class StorageError(PalierError):
    """The database cannot do this."""


class SchemaTooNew(StorageError):
    """This database was written by a newer release of Palier: install that release, or restore an older backup."""


class AlreadyRunning(StorageError):
    """Another Palier process already runs on this database file."""


class Undecipherable(StorageError):
    """A sealed value does not open: PALIER_SECRET_KEY is not the one it was written with, or the value was altered."""


class Refused(PalierError):
    """This input is refused."""


class Forged(Refused):
    """The secret or signature of this call is missing or wrong."""


class Malformed(Refused):
    """This body is not what the provider documents."""


class TooLarge(Refused):
    """This is too large."""


class Unfit(Refused):
    """This file is not taken. `code` is short and says why, without content."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unread(PalierError):
    """An address that somebody gave could not be read. `code` is short and says why, without the address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SendFailure(PalierError):
    """A message could not be sent.

    `code` is short and holds nothing personal. `retry`: the same call may work later. `ours`: somebody here has to mend something.
    `told`: a caseworker is told at once. `maybe_sent`: the request was written and no answer read, so it may have been done.
    """

    retry = False
    ours = False
    told = True

    def __init__(self, code: str, *, maybe_sent: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.maybe_sent = maybe_sent


class Throttled(SendFailure):
    """The provider asks us to slow down. `whole_account` when it names the account rather than the person."""

    retry = True
    told = False

    def __init__(self, code: str, retry_after: float, *, whole_account: bool = False) -> None:
        super().__init__(code)
        self.retry_after = retry_after
        self.whole_account = whole_account


class Unreachable(SendFailure):
    """The provider could not be reached, or failed."""

    retry = True
    told = False


class Rejected(SendFailure):
    """The provider refuses this message."""

    ours = True


class Blocked(SendFailure):
    """The person has blocked us."""


class OutsideWindow(SendFailure):
    """This channel does not allow this message now."""


class Misconfigured(SendFailure):
    """The provider refuses our token or our rights."""

    retry = True
    ours = True
