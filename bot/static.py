"""Serves the shelf: stylesheets, scripts and icons under names that change with their content."""

from fastapi import APIRouter, Request, Response

from content.look.shelf import Shelf

FOR_EVER = "public, max-age=31536000, immutable"


def router(shelf: Shelf) -> APIRouter:
    """`GET /static/{name}`."""
    routes = APIRouter()

    @routes.get("/static/{name}", include_in_schema=False)
    async def static(name: str, request: Request) -> Response:
        asset = shelf.find(name)
        if asset is None:
            return Response(status_code=404, headers={"cache-control": "no-store"})
        headers = {"cache-control": FOR_EVER, "vary": "accept-encoding", "x-content-type-options": "nosniff"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.packed, media_type=asset.kind, headers=headers | {"content-encoding": "gzip"})
        return Response(asset.body, media_type=asset.kind, headers=headers)

    return routes
