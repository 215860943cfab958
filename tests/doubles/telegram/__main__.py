"""python -m tests.doubles.telegram --port 8081 [--token T] [--open-chats] [--no-record]: the double as a process.

Prints its address once it listens.
"""

import argparse
import asyncio
import sys

import uvloop

from tests.doubles.telegram.control import Control
from tests.doubles.telegram.double import TOKEN, TelegramDouble


async def serve(port: int, token: str, *, open_chats: bool, record: bool) -> None:
    """Listen until cancelled."""
    double = TelegramDouble(token, open_chats=open_chats, record=record)
    Control(double)
    await double.start(port)
    try:
        sys.stdout.write(f"{double.base}\n")
        sys.stdout.flush()
        await asyncio.get_running_loop().create_future()
    finally:
        await double.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.doubles.telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--open-chats", action="store_true", help="any positive chat id is somebody who started the bot")
    parser.add_argument("--no-record", action="store_true", help="keep neither calls nor messages: for long benchmarks")
    given = parser.parse_args()
    try:
        uvloop.run(serve(given.port, given.token, open_chats=given.open_chats, record=not given.no_record))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
