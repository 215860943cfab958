"""Telegram's double: a Bot API that is asked for what a person does, and told what the bot says. https://core.telegram.org/bots/api"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.messages import Json
from bot.phones.files import Files
from bot.phones.phone import App, Button, Line, Phone, State
from bot.phones.provider import NAME, PICTURE, Front

BOT, PEER = 1_000_001, 99_000_001
USERNAME = "demo-sans-compte"
"""No bot has it: Telegram's names have no hyphen, and a link to it leads nowhere."""
TAKEN_SECONDS = 5.0
AT_FIRST = Button("Démarrer", "/start")
Params = Mapping[str, Any]
Result = Json


class Refusal(Exception):
    """An error as Telegram words it."""


class TelegramDouble:
    """One bot, and the person who writes to it."""

    app = App.TELEGRAM

    def __init__(self, phone: Phone, files: Files, token: str) -> None:
        self._phone = phone
        self._files = files
        self._token = token
        self._commands: list[dict[str, str]] = []
        self._pending: dict[int, tuple[dict[str, Json], asyncio.Event]] = {}
        self._methods: Mapping[str, Callable[[Params], Awaitable[Result]]] = {
            "getMe": self._me,
            "getUpdates": self._updates,
            "deleteWebhook": self._nothing,
            "setMyCommands": self._set_commands,
            "sendMessage": self._message,
            "sendDocument": self._document,
            "sendChatAction": self._writing,
            "answerCallbackQuery": self._nothing,
            "editMessageReplyMarkup": self._close_choices,
            "deleteMessages": self._delete,
            "getFile": self._file,
        }

    # -- the API

    def routes(self) -> Sequence[Route]:
        files = self._files.route(f"/telegram/file/bot{self._token}")
        return [Route(f"/telegram/bot{self._token}/{{method}}", self._called, methods=["GET", "POST"]), files]

    async def _called(self, request: Request) -> Response:
        method = self._methods.get(request.path_params["method"])
        if method is None:
            return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, status_code=404)
        try:
            return JSONResponse({"ok": True, "result": await method(await _params(request))})
        except Refusal as refusal:
            return JSONResponse({"ok": False, "error_code": 400, "description": f"Bad Request: {refusal}"}, status_code=400)

    async def _me(self, _params: Params) -> Result:
        return {"id": BOT, "is_bot": True, "first_name": "Palier", "username": USERNAME}

    async def _nothing(self, _params: Params) -> Result:
        return True

    async def _set_commands(self, params: Params) -> Result:
        if not params.get("language_code"):
            self._commands = json.loads(params["commands"]) if isinstance(params["commands"], str) else params["commands"]
        return True

    async def _updates(self, params: Params) -> Result:
        """What waits from `offset` on; what is before it was taken. Where there is nothing, waits until something happens on the phone."""
        for number in [number for number in self._pending if number < int(params.get("offset", 0))]:
            self._pending.pop(number)[1].set()
        if not self._pending and not self._phone.closed:
            with self._phone.watched() as event:
                await self._phone.clock.wait(event, float(params.get("timeout", 0)))
        return [update for update, _taken in self._pending.values()]

    async def _message(self, params: Params) -> Result:
        rows = (params.get("reply_markup") or {}).get("inline_keyboard", ())
        buttons = tuple(Button(each["text"], each.get("callback_data", ""), each.get("url", "")) for row in rows for each in row)
        return self._came(params, Line(self.app, str(self._phone.number()), params["text"], self._phone.clock.now(), buttons=buttons))

    async def _document(self, params: Params) -> Result:
        file = params.get("document")
        if not isinstance(file, UploadFile):
            raise Refusal("there is no document in the request")
        return self._came(params, Line(self.app, str(self._phone.number()), "", self._phone.clock.now(), title=file.filename or ""))

    def _came(self, params: Params, line: Line) -> Result:
        if int(params["chat_id"]) != PEER:
            raise Refusal("chat not found")
        self._phone.put(line)
        return {"message_id": int(line.id), "date": int(line.at.timestamp()), "chat": {"id": PEER, "type": "private"}, "text": line.text}

    async def _writing(self, _params: Params) -> Result:
        self._phone.typing(self.app)
        return True

    async def _close_choices(self, params: Params) -> Result:
        self._phone.strip(self.app, names=[str(params["message_id"])])
        return True

    async def _delete(self, params: Params) -> Result:
        self._phone.mark(self.app, [str(each) for each in params["message_ids"]], State.GONE)
        return True

    async def _file(self, params: Params) -> Result:
        name = str(params["file_id"])
        size = self._files.size(name)
        if size is None:
            raise Refusal("invalid file_id")
        return {"file_id": name, "file_unique_id": name, "file_size": size, "file_path": name}

    # -- the person

    def front(self) -> Front:
        menu = tuple(Button(f"/{each['command']}", f"/{each['command']}", about=each["description"]) for each in self._commands)
        return Front(begins=(AT_FIRST,), menu=menu, pictures=True, link=f"https://t.me/{USERNAME}")

    async def opens(self, code: str) -> None:
        await self.says(f"/start {code}")

    async def says(self, text: str) -> None:
        await self._write(text, {"text": text})

    async def shows(self, picture: bytes) -> None:
        name = self._files.keep(picture)
        photo: Json = [{"file_id": name, "file_unique_id": name, "file_size": len(picture), "width": 240, "height": 320}]
        await self._write("", {"photo": photo}, PICTURE)

    async def _write(self, text: str, content: Mapping[str, Json], title: str = "") -> None:
        line = self._phone.write(self.app, text, str(self._phone.number()), title)
        about: Json = {"message_id": int(line.id), "from": _person(), "chat": _chat(), "date": int(line.at.timestamp()), **content}
        self._phone.settle(line, taken=await self._deliver({"message": about}))

    async def presses(self, button: Button, line: Line | None) -> None:
        """A button of a message says nothing in the chat; a command is written there."""
        if line is None:
            await self.says(button.says)
            return
        under: Json = {"message_id": int(line.id), "from": {"id": BOT, "is_bot": True, "first_name": "Palier"}, "chat": _chat(), "text": line.text}
        query: Json = {"id": str(self._phone.number()), "from": _person(), "chat_instance": "1", "data": button.says, "message": under}
        await self._deliver({"callback_query": query})

    async def _deliver(self, update: Mapping[str, Json]) -> bool:
        """Keep it until the bot took it; whether it did so soon."""
        taken, number = asyncio.Event(), self._phone.number()
        self._pending[number] = {"update_id": number, **update}, taken
        self._phone.wake()
        return await self._phone.clock.wait(taken, TAKEN_SECONDS)

    async def looks(self) -> None:
        """Nobody is told on Telegram."""
        for line in self._phone.lines(self.app):
            if not line.mine and line.state is State.SENT:
                self._phone.put(replace(line, state=State.READ))


async def _params(request: Request) -> Params:
    if request.headers.get("content-type", "").startswith("application/json"):
        found: dict[str, Any] = await request.json()
        return found
    return {**request.query_params, **await request.form()}


def _person() -> dict[str, Json]:
    return {"id": PEER, "is_bot": False, "first_name": NAME, "language_code": "fr"}


def _chat() -> dict[str, Json]:
    return {"id": PEER, "first_name": NAME, "type": "private"}
