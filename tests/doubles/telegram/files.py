"""Files people sent, as the Bot API gives them: a path by getFile, good for a while, then the bytes under /file/."""

from itertools import count

from tests.doubles.http import Response
from tests.doubles.telegram.rules import Params, Refusal, bad, text

LARGEST = 20 * 1024 * 1024
UNKNOWN = "wrong file_id or the file is temporarily unavailable"


class Files:
    """What the provider keeps, by file_id. `forget` is what time does to it."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}
        self._paths: dict[str, str] = {}
        self._numbers = count(1)

    def keep(self, file_id: str, content: bytes) -> None:
        """A file somebody sent."""
        self._contents[file_id] = content

    def forget(self, file_id: str) -> None:
        """The provider no longer has it."""
        self._contents.pop(file_id, None)

    def get(self, params: Params) -> object:
        """getFile."""
        file_id = text(params, "file_id")
        content = self._contents.get(file_id)
        if content is None:
            raise bad(UNKNOWN if file_id else "file_id is empty")
        if len(content) > LARGEST:
            raise bad("file is too big")
        path = f"documents/file_{next(self._numbers)}.bin"
        self._paths[path] = file_id
        return {"file_id": file_id, "file_unique_id": f"AQAD{file_id[:8]}", "file_size": len(content), "file_path": path}

    def download(self, path: str) -> Response:
        """The bytes. Raises Refusal for a path that was never given, or whose file is gone."""
        content = self._contents.get(self._paths.get(path, ""))
        if content is None:
            raise Refusal(404, "Not Found")
        return Response(200, content)
