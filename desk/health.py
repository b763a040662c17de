"""For load balancers and monitors: whether the process lives, whether it may be sent requests, and how sending fares."""

import os
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lib.clock import machine_now, now
from reminders.health import facts
from reminders.health import metrics as prometheus
from reminders.health.rules import NO_RESTORE


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The broker is not asked: without it pages work, and what waits goes out once it is back."""
    try:
        refuse_unfit()
    except Unfit as unfit:
        return HttpResponse(f"{unfit}\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


class Unfit(Exception):
    """Why no request should come here yet."""


def refuse_unfit() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        refuse_unmigrated()
    except DatabaseError:
        raise Unfit("the database does not answer") from None
    if os.path.exists(settings.MEDIA_ROOT) and not os.access(settings.MEDIA_ROOT, os.W_OK | os.X_OK):
        raise Unfit("files cannot be written")


@cache  # once they have run, they have run: what was raised is not kept
def refuse_unmigrated() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Unfit("migrations have not run")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse("unauthorized\n", content_type="text/plain", status=401, headers={"WWW-Authenticate": "Bearer"})
    broker, at = facts.broker_answers(), machine_now()
    try:
        beats, figures, fenced, held, slowed = facts.beats(), facts.figures(now(), at), facts.fenced(), facts.all_held(), facts.slowed(at)
    except DatabaseError:
        beats, figures, fenced, held, slowed = None, None, NO_RESTORE, "", []
    told = prometheus.metrics(
        broker=broker, beats=beats, figures=figures, machine_now=at, fenced=fenced, all_held=bool(held), slowed=slowed
    )  # fmt: skip
    return HttpResponse(told, content_type=prometheus.TYPE)
