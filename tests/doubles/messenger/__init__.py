"""A Send API of our own, stricter than Meta's. Everything is invented: no message leaves the machine.

async with MessengerDouble() as double:         # a free port of 127.0.0.1; double.base is PALIER_MESSENGER_API_BASE
    double.sent                                 # the messages that left, as JSON
    double.outside.add("5001"); double.gone.add("5002")
    double.fault(code=613, status=400)          # the next message is refused so; also how=How.RESET, How.TIMEOUT, How.GARBAGE
    double.files["a.jpg"] = content             # under double.address_of("a.jpg")
"""

from tests.doubles.messenger.double import APP_SECRET, PAGE_ID, TOKEN, VERIFY_TOKEN, MessengerDouble, signed

__all__ = ["APP_SECRET", "PAGE_ID", "TOKEN", "VERIFY_TOKEN", "MessengerDouble", "signed"]
