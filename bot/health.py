"""Alive, ready, and counted: what a proxy, a supervisor and Prometheus ask. Kinds only, never an id of a page, a crisis or a person."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from typing_extensions import override

from storage import figures
from storage.engine import Storage

Counts = Mapping[str, Callable[[], Counter[str]]]


class _Counts(Collector):
    """The counters of this process, read when asked for."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    @override
    def collect(self) -> Iterator[CounterMetricFamily]:
        for room, read in self._counts.items():
            family = CounterMetricFamily(f"palier_{room}", f"What {room} did in this process, by kind.", labels=["kind"])
            for kind, count in sorted(read().items()):
                family.add_metric([kind], count)
            yield family


def _waiting(numbers: Mapping[str, int]) -> Iterator[GaugeMetricFamily]:
    for name, number in numbers.items():
        yield GaugeMetricFamily(f"palier_{name}", f"How many are {name.replace('_', ' ')} now.", value=number)


class _Fixed(Collector):
    def __init__(self, families: Sequence[GaugeMetricFamily]) -> None:
        self._families = families

    @override
    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._families


def health_routes(storage: Storage, counts: Counts) -> list[BaseRoute]:
    """`/healthz` answers while the process lives; `/readyz` once database, schema and keys do; `/metrics` in Prometheus' form."""
    counted = CollectorRegistry()
    counted.register(_Counts(counts))

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(request: Request) -> Response:
        try:
            await storage.run(figures.ready)
        except Exception as fault:
            return PlainTextResponse(f"not ready: {type(fault).__name__}\n", status_code=503)
        return PlainTextResponse("ready\n")

    async def metrics(request: Request) -> Response:
        now = CollectorRegistry()
        now.register(_Fixed(list(_waiting(await storage.read(figures.waiting)))))
        return Response(generate_latest(counted) + generate_latest(now), media_type="text/plain; version=0.0.4; charset=utf-8")

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
