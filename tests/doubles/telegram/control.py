"""What another process may ask of the double, under /_/ on its own port: see the package."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from pydantic_core import from_json, to_json

from tests.doubles.faults import How
from tests.doubles.http import Answer, Handler, Request, Response
from tests.doubles.telegram.double import Recorded, TelegramDouble


class Control:
    """Answers /_/, and leaves the rest to the double."""

    def __init__(self, double: TelegramDouble) -> None:
        self._double = double
        self._bot_api: Handler = double.server.handler
        self._verbs: Mapping[str, Callable[[Any, Mapping[str, list[str]]], object]] = {
            "calls": self._calls,
            "chats": self._chats,
            "people": self._people,
            "updates": self._updates,
            "pending": lambda _body, _query: list(self._double.updates.pending),
            "faults": self._faults,
        }
        double.server.handler = self.handle

    def handle(self, request: Request) -> Answer | Awaitable[Answer]:
        path, _, query = request.path.partition("?")
        if not path.startswith("/_/"):
            return self._bot_api(request)
        verb = self._verbs.get(path[3:])
        if verb is None:
            return Response(404, to_json({"error": f"/_/ knows {sorted(self._verbs)}"}))
        return Response(200, to_json(verb(from_json(request.body) if request.body else None, parse_qs(query))))

    def _calls(self, _body: Any, query: Mapping[str, list[str]]) -> object:
        after = int(query.get("after", ["0"])[0])
        return [_shown(call) for call in self._double.calls[after:]]

    def _chats(self, _body: Any, _query: Mapping[str, list[str]]) -> object:
        return {str(chat.id): list(chat.messages.values()) for chat in self._double.chats.values()}

    def _people(self, body: Any, _query: Mapping[str, list[str]]) -> object:
        return [self._double.know(fields).id for fields in body]

    def _updates(self, body: Any, _query: Mapping[str, list[str]]) -> object:
        return [self._double.deliver(update["update"], update["chat"]).update_id for update in body]

    def _faults(self, body: Any, _query: Mapping[str, list[str]]) -> object:
        for fields in body:
            self._double.fault(**{name: How(value) if name == "how" else value for name, value in fields.items()})
        return len(self._double.faults)


def _shown(call: Recorded) -> dict[str, object]:
    return {
        "method": call.method,
        "params": dict(call.params),
        "status": call.status,
        "description": call.description,
        "result": call.result,
        "carried_out": call.carried_out,
    }
