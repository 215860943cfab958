"""What the Bot API refuses, and in which words. Pure: nothing here knows a chat or a queue.

Written from Telegram's documentation and the answers of its server, not from our own code. Stricter than Telegram in one thing, said where it is:
unknown methods' parameters and fields are refused, where Telegram leaves them aside.
"""

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urlsplit

from typing_extensions import override

Params = Mapping[str, object]

LONGEST_TEXT = 4096
LONGEST_DATA = 64
MOST_BUTTONS = 100
MOST_IN_ROW = 8
LONGEST_NOTICE = 200
MOST_DELETED = 100

METHODS: Mapping[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "getMe": "",
        "getUpdates": "offset limit timeout allowed_updates",
        "setWebhook": "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
        "deleteWebhook": "drop_pending_updates",
        "getWebhookInfo": "",
        "sendMessage": "chat_id text business_connection_id message_thread_id direct_messages_topic_id parse_mode entities link_preview_options"
        " disable_notification protect_content allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup"
        " ephemeral_message_parameters receiver_user_id callback_query_id",
        "sendDocument": "chat_id document business_connection_id message_thread_id direct_messages_topic_id thumbnail caption parse_mode"
        " caption_entities disable_content_type_detection disable_notification protect_content allow_paid_broadcast message_effect_id"
        " suggested_post_parameters reply_parameters reply_markup ephemeral_message_parameters receiver_user_id callback_query_id",
        "sendChatAction": "chat_id action business_connection_id message_thread_id",
        "answerCallbackQuery": "callback_query_id text show_alert url cache_time",
        "editMessageReplyMarkup": "business_connection_id chat_id message_id inline_message_id reply_markup",
        "deleteMessage": "chat_id message_id",
        "deleteMessages": "chat_id message_ids",
        "getFile": "file_id",
        "setMyCommands": "commands scope language_code",
        "getMyCommands": "scope language_code",
        "deleteMyCommands": "scope language_code",
        "leaveChat": "chat_id",
    }.items()
}
ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location record_video_note"
    " upload_video_note".split()
)
KINDS = frozenset(
    "message edited_message channel_post edited_channel_post business_connection business_message edited_business_message deleted_business_messages"
    " guest_message message_reaction message_reaction_count inline_query chosen_inline_result callback_query shipping_query pre_checkout_query"
    " purchased_paid_media poll poll_answer my_chat_member chat_member chat_join_request chat_boost removed_chat_boost managed_bot subscription"
    " stopped_message_generation".split()
)
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

_PREVIEW = frozenset({"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"})
_BUTTON_KINDS = ("url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat", "copy_text")
_BUTTON_FIELDS = frozenset({"text", "style", "icon_custom_emoji_id", *_BUTTON_KINDS})
_ENTITIES = frozenset(
    "mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler blockquote expandable_blockquote code"
    " pre text_link text_mention custom_emoji date_time".split()
)
_TAGS = frozenset("b strong i em u ins s strike del span tg-spoiler a tg-emoji tg-time code pre blockquote".split())
_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_GONE = dict.fromkeys([0x0D, *range(0x2028, 0x202F), 0x0333, 0x033F, 0x030A])
_SPACES = dict.fromkeys([*range(0x0A), *range(0x0B, 0x0D), *range(0x0E, 0x20)], " ")
_EMPTY = re.compile(
    r"[\s\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*",
)


class Refusal(Exception):
    """An answer of the Bot API other than a success."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad(description: str) -> Refusal:
    """400."""
    return Refusal(400, f"Bad Request: {description}")


def check_method(method: str) -> str:
    """The method's own spelling. Telegram does not mind capitals."""
    if method in METHODS:
        return method
    for name in METHODS:
        if name.lower() == method.lower():
            return name
    raise Refusal(404, "Not Found: method not found")


def check_parameters(method: str, params: Params) -> None:
    """Stricter than Telegram, which leaves unknown parameters aside."""
    for name in params:
        if name not in METHODS[method]:
            raise bad(f"unknown parameter {name!r} of {method} (Telegram would leave it aside)")


# -- values: JSON bodies carry them as they are, forms as text


def integer(params: Params, name: str, default: int = 0) -> int:
    value = params.get(name, default)
    if isinstance(value, bool):
        raise bad(f"{name} must be an Integer")
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value):
        return int(value)
    if isinstance(value, int):
        return value
    raise bad(f"{name} must be an Integer")


def boolean(params: Params, name: str) -> bool:
    return str(params.get(name, "")).lower() in {"true", "1", "yes"}


def text(params: Params, name: str) -> str:
    value = params.get(name, "")
    if not isinstance(value, str):
        raise bad(f"{name} must be a String")
    return value


def structure(params: Params, name: str) -> object:
    """A list or an object, as JSON or in a form as its text; None where it is absent."""
    value = params.get(name)
    if isinstance(value, str):
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None
    return value


def message_ids(params: Params) -> list[int]:
    """1 to 100 of them."""
    value = structure(params, "message_ids")
    if not isinstance(value, list) or not all(isinstance(number, int) and not isinstance(number, bool) for number in value):
        raise bad("message identifiers are not specified")
    if not 0 < len(value) <= MOST_DELETED:
        raise bad("too many message identifiers specified" if value else "message identifiers are not specified")
    return value


def kinds(params: Params) -> frozenset[str] | None:
    """allowed_updates: None where it is not said, the default set where it is empty."""
    value = structure(params, "allowed_updates")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(kind, str) for kind in value):
        raise bad("allowed_updates must be an Array of Strings")
    for kind in value:
        if kind not in KINDS:
            raise bad(f"unknown update kind {kind!r} (Telegram would leave it aside)")
    return frozenset(value) or KINDS - NOT_BY_DEFAULT


# -- texts


def clean(said: str) -> str:
    """What Telegram makes of a text before it counts it: control characters become spaces, line separators and some marks go, ends are trimmed."""
    try:
        said.encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    if not said.isprintable():
        said = said.translate(_GONE).translate(_SPACES)
    return said.strip(" \n")


def is_empty(said: str) -> bool:
    """True where nothing would be seen."""
    return _EMPTY.fullmatch(said) is not None


def units(said: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(said) if said.isascii() else len(said.encode("utf-16-le")) // 2


def check_text(params: Params) -> str:
    """The text of a message as it will be shown."""
    said = clean(text(params, "text"))
    if params.get("parse_mode"):
        said = parsed(said, text(params, "parse_mode"))
    if is_empty(said):
        raise bad("message text is empty")
    if units(said) > LONGEST_TEXT:
        raise bad("message is too long")
    check_entities(said, structure(params, "entities"))
    check_preview(structure(params, "link_preview_options"))
    return said


def check_preview(options: object) -> None:
    if options is None:
        return
    if not isinstance(options, dict):
        raise bad("object expected as link preview options")
    for name, value in options.items():
        if name not in _PREVIEW or (name != "url" and not isinstance(value, bool)):
            raise bad(f"can't parse link preview options: field {name!r}")


def check_entities(said: str, entities: object) -> None:
    if entities is None:
        return
    if not isinstance(entities, list):
        raise bad("expected an Array of MessageEntity")
    for entity in entities:
        if not isinstance(entity, dict) or entity.get("type") not in _ENTITIES:
            raise bad("can't parse MessageEntity: Unsupported type specified")
        offset, length = integer(entity, "offset"), integer(entity, "length")
        if offset < 0:
            raise bad(f"receive an entity with incorrect offset {offset}")
        if offset > units(said):
            raise bad(f"entity begins after the end of the text at UTF-16 offset {offset}")
        if offset + length > units(said):
            raise bad(f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {offset + length}")
        if entity["type"] == "text_link" and (fault := wrong_url(text(entity, "url"))):
            raise bad(f"entity URL '{entity.get('url')}' is invalid: {fault}")


def parsed(said: str, mode: str) -> str:
    """The text without its marks. Tells well-formed from not, no more."""
    match mode.lower():
        case "html":
            return _Marks(said).plain
        case "markdownv2":
            return _markdown_v2(said)
        case "markdown":
            if any(said.count(mark) % 2 for mark in "*_`"):
                raise bad("can't parse entities: Can't find end of the entity")
            return re.sub(r"[*_`]", "", said)
    raise bad("unsupported parse_mode")


def _markdown_v2(said: str) -> str:
    bare = re.sub(r"\\(.)", "", said)
    for character in bare:
        if character in _RESERVED - set("_*~`|[]()>"):
            raise bad(f"can't parse entities: Character '{character}' is reserved and must be escaped with the preceding '\\'")
    if any(bare.count(mark) % 2 for mark in "*_~`"):
        raise bad("can't parse entities: Can't find end of the entity")
    return re.sub(r"\\(.)|[*_~`|]", r"\1", said)


class _Marks(HTMLParser):
    """Telegram's HTML: few tags, each closed in its turn."""

    def __init__(self, said: str) -> None:
        super().__init__(convert_charrefs=True)
        self.plain = ""
        self._open: list[str] = []
        self.feed(said)
        self.close()
        if self._open:
            raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{self._open[-1]}\"")

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {len(self.plain.encode())}')
        self._open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise bad(f'can\'t parse entities: Unmatched end tag "{tag}"')

    @override
    def handle_data(self, data: str) -> None:
        self.plain += data


# -- buttons


def check_markup(params: Params) -> list[list[dict[str, str]]] | None:
    """The inline keyboard of a message, None without one. Other keyboards are not ours."""
    markup = structure(params, "reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if set(markup) - {"inline_keyboard"}:
        raise bad("only inline keyboards are known here (Telegram knows others)")
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_ROW for row in rows):
        raise bad("reply markup is too long")
    for row in rows:
        for button in row:
            check_button(button)
    return [row for row in rows if row] or None


def check_button(button: object) -> None:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: expected an Object")
    if not isinstance(button.get("text"), str):
        raise bad('can\'t parse inline keyboard button: Field "text" must be of type String')
    if unknown := set(button) - _BUTTON_FIELDS:
        raise bad(f"can't parse inline keyboard button: unknown fields {sorted(unknown)} (Telegram would leave them aside)")
    if is_empty(clean(button["text"])):
        raise bad("inline keyboard button text is empty")
    given = [kind for kind in _BUTTON_KINDS if button.get(kind)]
    if not given:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(given) > 1:
        raise bad("can't parse inline keyboard button: exactly one of the optional fields must be used (Telegram would take the first)")
    if "callback_data" in given:
        data = text(button, "callback_data")
        if len(data.encode()) > LONGEST_DATA:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in given and (fault := wrong_url(text(button, "url"))):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: {fault}")


def wrong_url(url: str) -> str | None:
    """What Telegram finds wrong with an address a button or an entity leads to."""
    scheme, found, _rest = url.partition("://")
    if found and scheme.lower() in {"tg", "ton"}:
        return None
    if found and scheme.lower() not in {"http", "https"}:
        return "Unsupported URL protocol"
    try:
        host = urlsplit(url if found else f"http://{url}").hostname or ""
    except ValueError:
        return "Wrong HTTP URL"
    if not host:
        return "URL host is empty"
    return "Wrong HTTP URL" if re.search(r"\s", url) or "." not in host.strip(".") else None


# -- the rest


def check_notice(params: Params) -> str:
    said = clean(text(params, "text"))
    if units(said) > LONGEST_NOTICE:
        raise bad("MESSAGE_TOO_LONG")
    return said


def check_action(params: Params) -> str:
    action = text(params, "action")
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    return action


def check_commands(params: Params) -> list[dict[str, str]]:
    commands = structure(params, "commands")
    if not isinstance(commands, list) or not all(isinstance(command, dict) for command in commands):
        raise bad("expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad("too many commands")
    for command in commands:
        if set(command) - {"command", "description"}:
            raise bad("can't parse BotCommand: unknown field (Telegram would leave it aside)")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", text(command, "command")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= units(clean(text(command, "description"))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return commands


def check_webhook(params: Params, *, https_only: bool) -> tuple[str, str]:
    """The address and the secret. "" for the address takes the webhook away."""
    url, secret = text(params, "url"), text(params, "secret_token")
    if url and not re.match(r"https://" if https_only else r"https?://", url):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    return url, secret
