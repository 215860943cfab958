"""Logs for whoever runs the service: one line an event, an `action`, never a name, a number or a message."""

import logging
import sys

from typing_extensions import override

QUIET = ("aiogram", "aiohttp", "apscheduler", "alembic", "httpx", "httpcore", "uvicorn.access")


class Line(logging.Formatter):
    """`time level action message`, and of an exception only its classes and places: its text may quote what somebody wrote."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(action)s %(message)s")

    @override
    def format(self, record: logging.LogRecord) -> str:
        if not hasattr(record, "action"):
            record.action = record.name
        return super().format(record)

    @override
    def formatException(self, ei: object) -> str:
        fault = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(_places(fault)) if isinstance(fault, BaseException) else ""


def _places(fault: BaseException) -> list[str]:
    lines = []
    seen: BaseException | None = fault
    while seen is not None:
        lines.append(f"  {type(seen).__name__}")
        step = seen.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            lines.append(f"    {code.co_filename.rpartition('/site-packages/')[2]}:{step.tb_lineno} {code.co_name}")
            step = step.tb_next
        seen = seen.__cause__ or seen.__context__
    return lines


def set_up(level: int = logging.INFO) -> None:
    """Logs of this process go to standard error, in our form."""
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(Line())
    root = logging.getLogger()
    root.handlers[:] = [out]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
