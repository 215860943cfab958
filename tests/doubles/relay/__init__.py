"""What stands behind the relay's Apprise addresses: a gateway that takes SMS by HTTP, and a mail server. Each refuses what a real one would."""

from tests.doubles.relay.gateway import Gateway
from tests.doubles.relay.mailbox import Mailbox

__all__ = ["Gateway", "Mailbox"]
