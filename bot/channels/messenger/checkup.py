"""What the Page's own settings at Meta lack, asked of Meta itself: for `palier doctor`.

https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps · …/docs/permissions
"""

from collections.abc import Sequence

from bot.channels.fields import several, string
from bot.channels.messenger.settings import PREFIX, MessengerSettings
from bot.channels.messenger.wire import Wire
from bot.errors import SendFailure, SettingsError

FIELDS = ("messages", "messaging_postbacks", "messaging_referrals", "message_deliveries", "message_echoes", "message_edits")
"""What the webhook has to be subscribed to: words, buttons, links, what arrived, a colleague's answers, corrections."""
TOKEN_OVER = frozenset({190, 102, 463, 467, 460})
RIGHTS = frozenset({3, 10}) | frozenset(range(200, 300))
_NOT_THIS_PAGE = f"{PREFIX}PAGE_ID is not the Page of {PREFIX}TOKEN: the token is a Page's own, made for this Page"


async def look(settings: MessengerSettings) -> list[str]:
    """What is missing, a line each, in words an operator can act on; none where all is well. Raises SendFailure where Meta does not say."""
    if settings.token is None or settings.page_id is None:
        raise SettingsError(f"{PREFIX}PAGE_ID is not set: Messenger is off")
    wire = Wire(settings.token, settings.api_base)
    try:
        return await _missing(wire, settings.page_id)
    finally:
        await wire.close()


async def _missing(wire: Wire, page_id: str) -> list[str]:
    try:
        page = await wire.call("GET", "me?fields=id,name")
    except SendFailure as failure:
        return [_said(failure, "pages_messaging")]
    if string(page, "id") != page_id:
        return [_NOT_THIS_PAGE]
    try:
        subscribed = await wire.call("GET", f"{page_id}/subscribed_apps?fields=subscribed_fields")
    except SendFailure as failure:
        return [_said(failure, "pages_manage_metadata")]
    named: set[str] = set()
    for app in several(subscribed, "data"):
        fields = app.get("subscribed_fields")
        named |= {field for field in fields if isinstance(field, str)} if isinstance(fields, Sequence) and not isinstance(fields, str) else set()
    missing = [field for field in FIELDS if field not in named]
    return [f"in Meta's app, subscribe the Page's webhook to: {', '.join(missing)}"] if missing else []


def _said(failure: SendFailure, right: str) -> str:
    """A refusal, in words. Raises it again where it says nothing of what we set."""
    code = failure.code.removeprefix("messenger_")
    number = int(code) if code.isdigit() else 0
    if number in TOKEN_OVER:
        return f"{PREFIX}TOKEN is over or wrong ({failure.code}): make a new one in Meta's app"
    if number in RIGHTS:
        return f"{PREFIX}TOKEN lacks the right {right} ({failure.code}): ask for it in Meta's app, and make a new token"
    raise failure
