"""What the person sends beside words: kept by the doubles as long as the demo runs, for a provider's ids of files die too."""

from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

KIND = "image/png"
PATH = "/files"


class Files:
    """The pictures of one start, by the name they are fetched under. `place` is where the doubles answer."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._kept: dict[str, bytes] = {}

    def keep(self, picture: bytes) -> str:
        """Its name."""
        name = uuid4().hex
        self._kept[name] = picture
        return name

    def size(self, name: str) -> int | None:
        """How heavy it is, None where it is gone."""
        picture = self._kept.get(name)
        return None if picture is None else len(picture)

    def address(self, name: str) -> str:
        """Where it is fetched."""
        return f"{self._place}{PATH}/{name}"

    def route(self, path: str = PATH) -> Route:
        """Gives them under a path."""
        return Route(f"{path}/{{name}}", self._give)

    async def _give(self, request: Request) -> Response:
        picture = self._kept.get(request.path_params["name"])
        return Response(status_code=404) if picture is None else Response(picture, media_type=KIND)
