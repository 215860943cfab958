"""The server of the double: methods, chats, faults, records."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import Any, Self

from pydantic_core import to_json

from tests.doubles.faults import DOWNLOAD, Fault, How
from tests.doubles.http import Answer, Cut, Request, Response, Server, head
from tests.doubles.telegram import rules
from tests.doubles.telegram.files import Files
from tests.doubles.telegram.parameters import Sent, chat_of, params_of, refused
from tests.doubles.telegram.queue import Delivery, Queue
from tests.doubles.telegram.rules import Params, Refusal, bad
from tests.doubles.telegram.updates import WHEN, Update

TOKEN = "7000000001:AAE-a-double-of-a-bot-opens-nothing"
BLOCKED = "Forbidden: bot was blocked by the user"
DEACTIVATED = "Forbidden: user is deactivated"
NOT_STARTED = "Forbidden: bot can't initiate conversation with a user"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup"
    " of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"

Result = object


@dataclass(slots=True)
class Recorded:
    """One call, in the order they came. `status` is 0 where nothing was answered; `carried_out` where it took effect."""

    method: str
    params: Params
    status: int
    description: str = ""
    result: Result = None
    carried_out: bool = False

    @property
    def chat(self) -> int | None:
        return chat_of(self.params)


@dataclass(slots=True)
class Chat:
    """A chat as its members see it: messages by number, ours and theirs. Those in `old` are past the hours in which they may be deleted."""

    id: int
    fields: Update
    messages: dict[int, Update] = field(default_factory=dict)
    old: set[int] = field(default_factory=set)
    started: bool = True
    blocked: bool = False
    deactivated: bool = False
    actions: int = 0
    left: bool = False

    @property
    def from_bot(self) -> list[Update]:
        """What the bot said here, oldest first."""
        return [message for message in self.messages.values() if message.get("from", {}).get("is_bot")]


class TelegramDouble:
    """One bot's Bot API on loopback. See the package for how to use it.

    `open_chats`: any positive chat id is somebody who started the bot. `record`: keep calls and messages. `https_only`: refuse http webhooks, as
    Telegram's own server does; a local Bot API server takes them.
    """

    def __init__(
        self, token: str = TOKEN, *, open_chats: bool = False, record: bool = True, https_only: bool = False, first_update: int = 1000
    ) -> None:
        self.token = token
        self.me = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Palier", "username": "palier_double_bot"}
        self.calls: list[Recorded] = []
        self.chats: dict[int, Chat] = {}
        self.faults: list[Fault] = []
        self.commands: list[dict[str, str]] = []
        self.commands_in: dict[str, list[dict[str, str]]] = {}
        self.answered: dict[str, str] = {}
        """Callback queries answered, with the notice shown."""
        self.on_call: Callable[[str, Params, Result], None] | None = None
        self.updates = Queue(first_update, self._changed)
        self.files = Files()
        self._open_chats = open_chats
        self._record = record
        self._https_only = https_only
        self._message_ids = count(1)
        self._callback_ids = count(4_000_000_000_000_000_001)
        self._open_callbacks: set[str] = set()
        self.server = Server(self._handle)
        self._watchers: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        self._methods: Mapping[str, Callable[[Params], Result | Awaitable[Result]]] = {
            "getMe": lambda _params: self.me | {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False},
            "getUpdates": self.updates.get,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "sendMessage": self._send_message,
            "sendDocument": self._send_document,
            "sendChatAction": self._send_chat_action,
            "answerCallbackQuery": self._answer_callback_query,
            "editMessageReplyMarkup": self._edit_reply_markup,
            "deleteMessage": self._delete_message,
            "deleteMessages": self._delete_messages,
            "getFile": self.files.get,
            "setMyCommands": self._set_my_commands,
            "getMyCommands": lambda _params: self.commands,
            "deleteMyCommands": self._delete_my_commands,
            "leaveChat": self._leave_chat,
        }

    # -- living

    async def start(self, port: int = 0) -> Self:
        await self.server.start(port)
        return self

    async def close(self) -> None:
        await self.updates.close()
        await self.server.close()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    @property
    def base(self) -> str:
        """What PALIER_TELEGRAM_API_BASE is set to."""
        return f"http://127.0.0.1:{self.server.port}"

    # -- for tests

    def know(self, fields: Mapping[str, Any], *, started: bool = True) -> Chat:
        """A chat the bot may write to; with `started` False, a person who never wrote first."""
        chat = self.chats.get(fields["id"])
        if chat is None:
            chat = self.chats[fields["id"]] = Chat(fields["id"], dict(fields), started=started)
        return chat

    def deliver(self, update: Mapping[str, object], chat: int) -> Delivery:
        """Let the bot have an update (without its number), by whichever way it chose. `taken()` of the result waits for its confirmation."""
        return self.updates.put(update, chat)

    def fault(self, method: str | None = None, **how: Any) -> Fault:
        """Make calls go wrong; the fields are Fault's."""
        fault = Fault(method, **how)
        self.faults.append(fault)
        return fault

    def made(self, method: str) -> list[Recorded]:
        """The calls of one method, in order."""
        return [call for call in self.calls if call.method == method]

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def next_callback_id(self) -> str:
        """A callback query that may be answered."""
        callback_id = str(next(self._callback_ids))
        self._open_callbacks.add(callback_id)
        return callback_id

    async def until(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait until `condition` holds; it is looked at after each call and confirmation. Raises TimeoutError with the last calls."""
        if condition():
            return
        watcher = asyncio.get_running_loop().create_future()
        self._watchers.append((condition, watcher))
        try:
            await asyncio.wait_for(watcher, seconds)
        except TimeoutError:
            raise TimeoutError(f"still waiting; last calls: {[(call.method, call.status) for call in self.calls[-5:]]}") from None
        finally:
            self._watchers = [(wanted, future) for wanted, future in self._watchers if future is not watcher]

    def _changed(self) -> None:
        for condition, future in self._watchers:
            if not future.done() and condition():
                future.set_result(None)

    # -- the wire

    def _handle(self, request: Request) -> Answer | Awaitable[Answer]:
        path, _, query = request.path.partition("?")
        place, found, rest = path.partition("/bot")
        token, _, method = rest.partition("/")
        if not found or place not in ("", "/file"):
            return refused(Refusal(404, "Not Found"))
        if token != self.token:
            return refused(Refusal(401, "Unauthorized"))
        try:
            params = {"path": method} if place else params_of(request, query)
            method = DOWNLOAD if place else rules.check_method(method)
        except Refusal as refusal:
            self._recorded(Recorded(method, {}, refusal.status, refusal.description))
            return refused(refusal)
        fault = next((fault for fault in self.faults if fault.strikes(method, chat_of(params))), None)
        return self._do(method, params) if fault is None else self._fail(method, params, fault)

    def _do(self, method: str, params: Params) -> Answer | Awaitable[Answer]:
        try:
            if method == DOWNLOAD:
                return self._download(params)
            rules.check_parameters(method, params)
            result = self._methods[method](params)
        except Refusal as refusal:
            return self._refuse(method, params, refusal)
        return self._later(method, params, result) if isinstance(result, Awaitable) else self._done(method, params, result)

    def _download(self, params: Params) -> Response:
        file = self.files.download(str(params["path"]))
        self._recorded(Recorded(DOWNLOAD, params, 200, carried_out=True))
        return file

    async def _later(self, method: str, params: Params, result: Awaitable[Result]) -> Answer:
        try:
            return self._done(method, params, await result)
        except Refusal as refusal:
            return self._refuse(method, params, refusal)

    def _done(self, method: str, params: Params, result: Result) -> Response:
        self._recorded(Recorded(method, params, 200, result=result, carried_out=True))
        if self.on_call is not None:
            self.on_call(method, params, result)
        return Response(200, b'{"ok":true,"result":' + to_json(result) + b"}")

    def _refuse(self, method: str, params: Params, refusal: Refusal) -> Response:
        self._recorded(Recorded(method, params, refusal.status, refusal.description))
        return refused(refusal)

    async def _fail(self, method: str, params: Params, fault: Fault) -> Answer:
        answer: Answer = Cut()
        if fault.carried_out:
            done = self._do(method, params)
            answer = await done if isinstance(done, Awaitable) else done
        else:
            self._recorded(Recorded(method, params, fault.status if fault.how is How.STATUS else 0, fault.said))
        match fault.how:
            case How.STATUS:
                return refused(Refusal(fault.status, fault.said, **({"retry_after": fault.retry_after} if fault.retry_after else {})))
            case How.GARBAGE:
                return Response(200, b"<html>not what you asked for</html>")
            case How.RESET:
                return Cut()
            case How.HALF:
                return Cut(head(answer) + answer.body[: len(answer.body) // 2]) if isinstance(answer, Response) else answer
            case _:
                await fault.pause()
                return answer

    def _recorded(self, call: Recorded) -> None:
        if self._record:
            self.calls.append(call)
        self._changed()

    # -- methods

    def _chat(self, params: Params) -> Chat:
        if params.get("chat_id") in (None, ""):
            raise bad("chat_id is empty")
        try:
            chat_id = rules.integer(params, "chat_id")
        except Refusal:
            raise bad("chat not found") from None
        chat = self.chats.get(chat_id)
        if chat is None and self._open_chats and chat_id > 0:
            chat = self.know({"id": chat_id, "first_name": "Sacha", "type": "private"})
        if chat is None or chat.left:
            raise bad("chat not found")
        if chat.deactivated or chat.blocked or not chat.started:
            raise Refusal(403, DEACTIVATED if chat.deactivated else BLOCKED if chat.blocked else NOT_STARTED)
        return chat

    def _send_message(self, params: Params) -> Result:
        said = rules.check_text(params)
        keyboard = rules.check_markup(params)
        chat = self._chat(params)
        message_id = next(self._message_ids)
        message: Update = {"message_id": message_id, "from": self.me, "chat": chat.fields, "date": WHEN, "text": said}
        if keyboard:
            message["reply_markup"] = {"inline_keyboard": keyboard}
        if self._record:
            chat.messages[message_id] = message
        return message

    def _send_document(self, params: Params) -> Result:
        file = params.get("document")
        if not isinstance(file, Sent) or not file.body:
            raise bad("there is no document in the request")
        chat = self._chat(params)
        message_id = next(self._message_ids)
        document = {"file_id": f"doc{message_id}", "file_name": file.name, "mime_type": file.kind, "file_size": len(file.body)}
        message: Update = {"message_id": message_id, "from": self.me, "chat": chat.fields, "date": WHEN, "document": document}
        if self._record:
            chat.messages[message_id] = message
        return message

    def _send_chat_action(self, params: Params) -> Result:
        rules.check_action(params)
        self._chat(params).actions += 1
        return True

    def _answer_callback_query(self, params: Params) -> Result:
        said = rules.check_notice(params)
        callback_id = str(params.get("callback_query_id", ""))
        if callback_id not in self._open_callbacks and not (self._open_chats and callback_id.isdigit()):
            raise bad(TOO_OLD)
        self._open_callbacks.discard(callback_id)
        self.answered[callback_id] = said
        return True

    def _edit_reply_markup(self, params: Params) -> Result:
        keyboard = rules.check_markup(params)
        message = self._message(params, "message to edit not found")
        if not message.get("from", {}).get("is_bot"):
            raise bad("message can't be edited")
        if (message.get("reply_markup") or {}).get("inline_keyboard") == keyboard:
            raise bad(NOT_MODIFIED)
        message.pop("reply_markup", None)
        if keyboard:
            message["reply_markup"] = {"inline_keyboard": keyboard}
        return message

    def _delete_message(self, params: Params) -> Result:
        message, chat = self._message(params, "message to delete not found"), self._chat(params)
        if message["message_id"] in chat.old:
            raise bad("message can't be deleted for everyone")
        del chat.messages[message["message_id"]]
        return True

    def _delete_messages(self, params: Params) -> Result:
        """Those that are not there are left aside; one that cannot be deleted refuses all."""
        numbers, chat = rules.message_ids(params), self._chat(params)
        if chat.old & set(numbers) & chat.messages.keys():
            raise bad("message can't be deleted for everyone")
        for number in numbers:
            chat.messages.pop(number, None)
        return True

    def _message(self, params: Params, missing: str) -> Update:
        chat = self._chat(params)
        message = chat.messages.get(rules.integer(params, "message_id"))
        if message is None:
            raise bad(missing)
        return message

    def _set_webhook(self, params: Params) -> Result:
        url, secret = rules.check_webhook(params, https_only=self._https_only)
        self.updates.allowed = rules.kinds(params) or self.updates.allowed
        self.updates.set_webhook(url, secret, drop=rules.boolean(params, "drop_pending_updates"))
        return True

    def _delete_webhook(self, params: Params) -> Result:
        self.updates.set_webhook("", "", drop=rules.boolean(params, "drop_pending_updates"))
        return True

    def _webhook_info(self, params: Params) -> Result:
        return {"url": self.updates.url, "has_custom_certificate": False, "pending_update_count": len(self.updates.pending)}

    def _set_my_commands(self, params: Params) -> Result:
        commands = rules.check_commands(params)
        if params.get("language_code"):
            self.commands_in[str(params["language_code"])] = commands
        else:
            self.commands = commands
        return True

    def _delete_my_commands(self, params: Params) -> Result:
        self.commands = []
        return True

    def _leave_chat(self, params: Params) -> Result:
        chat = self._chat(params)
        if chat.fields["type"] == "private":
            raise bad("chat member status can't be changed in private chats")
        chat.left = True
        return True
