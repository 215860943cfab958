"""How fast one session, and one network address, may write. In memory, per process: it spares the database, it proves nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from fastapi import Request

from bot.clock import Clock
from bot.errors import SettingsError

MOST_KEYS = 20_000
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, then so many per second."""

    burst: float
    per_second: float


SESSION = Rate(60, 1)
NETWORK = Rate(600, 20)
"""Generous: a school, a hostel or a phone operator is one address for hundreds of people."""
SESSION_FILES, NETWORK_FILES = Rate(300, 0.5), Rate(1500, 2)
"""The same of files, in megabytes."""


class Pace:
    """Token buckets by name. Machine time."""

    def __init__(self, clock: Clock, rate: Rate) -> None:
        self._clock = clock
        self._rate = rate
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, name: str, amount: float = 1.0) -> float:
        """0.0 if one more, or so much more, is fine; otherwise the seconds to wait."""
        at, amount = self._clock.elapsed(), min(max(amount, 1.0), self._rate.burst)
        left = self._left(name, at)
        if left < amount:
            return (amount - left) / self._rate.per_second
        if len(self._buckets) >= MOST_KEYS:
            self._forget(at)
        self._buckets[name] = (left - amount, at)
        return 0.0

    def _left(self, name: str, at: float) -> float:
        left, since = self._buckets.get(name, (self._rate.burst, at))
        return min(self._rate.burst, left + max(at - since, 0) * self._rate.per_second)

    def _forget(self, at: float) -> None:
        """Let go of the full buckets, which say nothing; of all of them if they are too many still."""
        self._buckets = {name: kept for name, kept in self._buckets.items() if self._left(name, at) < self._rate.burst}
        if len(self._buckets) >= MOST_KEYS:
            self._buckets.clear()


class Proxies:
    """Who may say for whom they speak (X-Forwarded-For): PALIER_TRUSTED_PROXIES, addresses or networks."""

    def __init__(self, trusted: Sequence[str]) -> None:
        try:
            self._networks: tuple[Network, ...] = tuple(ip_network(text, strict=False) for text in trusted)
        except ValueError as fault:
            raise SettingsError(f"PALIER_TRUSTED_PROXIES: {fault}; write addresses or networks, as 10.0.0.1,192.168.0.0/16") from fault

    def client(self, request: Request) -> str:
        """The address of whoever is behind the proxies we trust."""
        peer = request.client.host if request.client else ""
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        while hops and self._trusts(peer):
            peer = hops.pop()
        return peer[:64]

    def _trusts(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)
