"""What `palier doctor` says of the relay: whether each of SMS and e-mail could be sent, and answered. Loads Apprise; sends nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot import courier
from bot.channels.relay.channel import PATH
from bot.channels.relay.payloads import EMAIL, SMS
from bot.channels.relay.rendering import LONGEST_BASE
from bot.channels.relay.settings import PREFIX, RelaySettings, whole

SOMEBODY = {SMS: "+33600000000", EMAIL: "somebody@example.org"}
"""Nobody's: tried on Apprise, which is told to send nothing."""

NO_LINK = "a link opens nothing on the telephone it is sent to, so none is: PALIER_BASE_URL is no https address that others reach"


@dataclass(frozen=True, slots=True)
class Around:
    """What the relay's answers rest on. `public`: other people's telephones reach `base_url`."""

    base_url: str
    public: bool
    phone: str


def look(relay: RelaySettings, around: Around) -> Iterator[tuple[str, bool, str]]:
    """For each that is on: which, whether it is well, and what to do or what is."""
    for account, url in relay.addresses.items():
        if not courier.knows(whole(url, SOMEBODY[account])):
            yield account, False, f"Apprise does not know the address of {PREFIX}{account.upper()}_URL"
        else:
            yield (account, *(_sms(relay, around) if account == SMS else _email(around)))


def _sms(relay: RelaySettings, around: Around) -> tuple[bool, str]:
    where = f"{around.base_url}{PATH}"
    if relay.secret is not None and not around.base_url.startswith("https://"):
        return False, f"what people write would travel in clear: PALIER_BASE_URL gives {where}"
    if relay.secret is None and not around.phone:
        return False, (
            f"replies are not delivered (no {PREFIX}SECRET) and the service has no telephone to answer at: "
            "give it in the backend, at /backend/setup, or have replies delivered"
        )
    if not around.public:
        return False, f"{NO_LINK}, and what a colleague writes becomes a call to make"
    if relay.secret is not None:
        return True, f"replies are taken at {where}, signed with {PREFIX}SECRET"
    end = "a reminder ends « Ne réponds pas ici » and the service's telephone"
    if len(around.base_url) > LONGEST_BASE:
        return True, f"{end}; by a link for nobody: PALIER_BASE_URL is longer than {LONGEST_BASE} characters"
    return True, f"{end}, or a link for whom prefers it"


def _email(around: Around) -> tuple[bool, str]:
    if not around.public:
        return False, f"an e-mail is answered and stopped by a link, and {NO_LINK}"
    return True, f"answered by links to {around.base_url}/r/"
