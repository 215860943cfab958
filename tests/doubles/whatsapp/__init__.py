"""A Cloud API of our own, stricter than Meta's. Everything is invented: no message leaves the machine.

async with WhatsAppDouble() as double:          # a free port of 127.0.0.1; double.base is PALIER_WHATSAPP_API_BASE
    double.sent                                 # the messages that left, as JSON
    double.outside.add("FR.1"); double.blocked.add("FR.2")
    double.fault(code=130429, status=429)       # the next message is refused so; also how=How.RESET, How.TIMEOUT, How.GARBAGE
    double.media["m1"] = (content, "image/png")
"""

from tests.doubles.whatsapp.double import APP_SECRET, NUMBER, PHONE_ID, TOKEN, VERIFY_TOKEN, WABA_ID, WhatsAppDouble, deliver, signed

__all__ = ["APP_SECRET", "NUMBER", "PHONE_ID", "TOKEN", "VERIFY_TOKEN", "WABA_ID", "WhatsAppDouble", "deliver", "signed"]
