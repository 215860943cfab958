"""Templates, opened in one way and each compiled once in a process, however many sites of the service it opens."""

from pathlib import Path
from types import CodeType

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.ext import Extension
from typing_extensions import override


def templates(folder: Path, *extensions: type[Extension]) -> Environment:
    """The templates of a folder: what they are not given is a fault, what they are given is escaped."""
    return Environment(
        loader=FileSystemLoader(folder),
        extensions=extensions,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_COMPILED,
    )


class _Compiled(BytecodeCache):
    """What each template was compiled to, as long as its file says the same. A folder is opened with the same extensions everywhere."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, CodeType]] = {}

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key] = bucket.checksum, bucket.code


_COMPILED = _Compiled()
