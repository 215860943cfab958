"""A bare echo bot of aiogram, as its documentation shows a webhook: Dispatcher, SimpleRequestHandler, nothing stored.

Fast settings: uvloop, no access log, the update handled in the background (its default).
"""

import argparse

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web


async def echo(message: Message) -> None:
    """Say it back."""
    await message.answer(message.text or "")


async def ready(request: web.Request) -> web.Response:
    """200."""
    return web.Response()


def main() -> None:
    """Serve until told to stop."""
    options = argparse.ArgumentParser()
    for name in ("--port", "--api", "--token", "--secret"):
        options.add_argument(name, required=True)
    given = options.parse_args()
    bot = Bot(given.token, session=AiohttpSession(api=TelegramAPIServer.from_base(given.api)))
    dispatcher = Dispatcher()
    dispatcher.message()(echo)
    app = web.Application()
    app.router.add_get("/readyz", ready)
    SimpleRequestHandler(dispatcher, bot, secret_token=given.secret).register(app, path="/webhook")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=int(given.port), access_log=None, print=None, loop=uvloop.new_event_loop())


if __name__ == "__main__":
    main()
