"""Alive, ready, and the figures for Prometheus. Anyone may ask; nothing here names a citizen or an officer."""

from collections.abc import Iterator

import msgspec
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from queue_server.domain import lines
from queue_server.domain.model import CounterState
from queue_server.halls import Hall
from queue_server.web.services import Services


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How the hub is, in a word or in plain words."""

    status: str


class Health:
    """The handlers."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_Figures(services))

    async def alive(self, _request: Request) -> Response:
        """The loop turns."""
        return _told("alive")

    async def ready(self, _request: Request) -> Response:
        """Commands would be taken: 503 where the store refuses to write."""
        return _told("ready") if self._services.is_store_well() else _told("store refuses to write", 503)

    async def metrics(self, _request: Request) -> Response:
        """Prometheus text."""
        return Response(
            generate_latest(self._registry), media_type="text/plain; version=0.0.4; charset=utf-8"
        )


def _told(status: str, code: int = 200) -> Response:
    return Response(msgspec.json.encode(Status(status=status)), code, media_type="application/json")


class _Figures(Collector):
    """Read from the halls when asked, so that nothing is counted twice or forgotten."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        for name, text, read in _GAUGES:
            gauge = GaugeMetricFamily(f"antrean_{name}", text, labels=["hall"])
            for hall in self._services.halls.all():
                gauge.add_metric([hall.hub.hall], read(hall))
            yield gauge
        sockets = GaugeMetricFamily("antrean_sockets", "Live sockets open.")
        sockets.add_metric([], len(self._services.outboxes))
        yield sockets
        opened = GaugeMetricFamily("antrean_halls_open", "Halls open on this node.")
        opened.add_metric([], len(self._services.halls.all()))
        yield opened
        speech = self._services.speech.status()
        backlog = GaugeMetricFamily("antrean_speech_backlog", "Sentences not yet rendered.")
        backlog.add_metric([], speech.backlog_count)
        yield backlog


def _waiting(hall: Hall) -> float:
    state = hall.hub.state
    return sum(lines.waiting_count(state, service.id) for service in state.hall.services)


def _open_counters(hall: Hall) -> float:
    return sum(1 for counter in hall.hub.state.counters.values() if counter.state is CounterState.OPEN)


_GAUGES = (
    ("journal_seq", "Entries in the journal.", lambda hall: hall.hub.state.seq),
    (
        "tickets_today",
        "Tickets issued today.",
        lambda hall: hall.hub.state.day.issued_count if hall.hub.state.day else 0,
    ),
    ("tickets_waiting", "Tickets waiting now.", _waiting),
    ("counters_open", "Counters open now.", _open_counters),
    (
        "calls_dropped_today",
        "Calls never spoken today.",
        lambda hall: hall.hub.state.day.dropped_count if hall.hub.state.day else 0,
    ),
    ("inbox_commands", "Commands waiting to be decided.", lambda hall: hall.hub.waiting_count),
    ("views_built", "Views built since the start.", lambda hall: hall.fanout.built_count),
    ("views_told", "Views sent since the start.", lambda hall: hall.fanout.told_count),
)
