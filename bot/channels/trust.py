"""Whom the calls of channels trust: one set of certificates a process, for reading them takes a twentieth of a second and a megabyte each time."""

import ssl
from functools import lru_cache

import httpx


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """The certificates httpx itself would trust; nothing of the environment changes them."""
    return httpx.create_ssl_context(trust_env=False)
