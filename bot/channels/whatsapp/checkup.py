"""What a refusal of Meta's means to whoever set the number up: for `palier doctor`.

https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

from bot.channels.whatsapp.settings import PREFIX
from bot.errors import SendFailure

TOKEN_OVER = frozenset({0, 190})
RIGHTS = frozenset({3, 10}) | frozenset(range(200, 300))
NOT_THERE = frozenset({33, 100})


def advice(failure: SendFailure) -> str:
    """What to mend, in words an operator can act on."""
    code = failure.code.removeprefix("whatsapp_")
    number = int(code) if code.isdigit() else -1
    if number in TOKEN_OVER:
        return f"{PREFIX}TOKEN is over or wrong: make a new one, of a system user and without an end"
    if number in RIGHTS:
        return f"{PREFIX}TOKEN lacks a right: whatsapp_business_messaging to write, whatsapp_business_management for the templates"
    if number in NOT_THERE:
        return f"{PREFIX}PHONE_ID or {PREFIX}WABA_ID is not one that {PREFIX}TOKEN may use"
    return "Meta does not say: check what PALIER_WHATSAPP_… are set to" if failure.ours else "Meta does not say: try again later"
