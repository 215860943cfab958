"""A bare echo bot of python-telegram-bot, as its documentation shows a webhook of one's own: Starlette, uvicorn, the application's update queue.

Fast settings: uvloop, httptools, no access log, updates handled side by side, a pool of connections that does not make them wait.
"""

import argparse
import asyncio
import json
from typing import Any

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

CONNECTIONS = 64


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say it back."""
    if update.message is not None:
        await update.message.reply_text(update.message.text or "")


async def ready(request: Request) -> Response:
    """200."""
    return Response()


async def serve(given: argparse.Namespace) -> None:
    """The webhook and the application on one loop, as the example does."""
    build = Application.builder().token(given.token).base_url(f"{given.api}/bot").updater(None)
    application: Application[Any, Any, Any, Any, Any, Any]
    application = build.concurrent_updates(True).connection_pool_size(CONNECTIONS).pool_timeout(30).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))

    async def webhook(request: Request) -> Response:
        if request.headers.get("x-telegram-bot-api-secret-token") != given.secret:
            return Response(status_code=403)
        await application.update_queue.put(Update.de_json(json.loads(await request.body()), application.bot))
        return Response()

    app = Starlette(routes=[Route("/webhook", webhook, methods=["POST"]), Route("/readyz", ready)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=int(given.port), log_config=None, access_log=False))
    async with application:
        await application.start()
        await server.serve()
        await application.stop()


def main() -> None:
    """Serve until told to stop."""
    options = argparse.ArgumentParser()
    for name in ("--port", "--api", "--token", "--secret"):
        options.add_argument(name, required=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(options.parse_args()))


if __name__ == "__main__":
    main()
