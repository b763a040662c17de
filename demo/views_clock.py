"""The clock: buttons for people, JSON for scripts."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from demo.clock import LONGEST, fail_move, make_move, plan_move
from demo.pages import STEPS, show
from demo.pages import clock_panel as panel_now
from demo.tasks import move_clock
from lib.clock import now

OWN_SITES = ("", "none", "same-origin")  # of Sec-Fetch-Site, which scripts do not send


@csrf_exempt  # for scripts; a page of another site is told by its browser
@require_http_methods(["GET", "HEAD", "POST"])
def clock(request: HttpRequest) -> HttpResponse:
    """`POST seconds=…` lives through so many seconds before it answers; both methods answer `{"now": …}`. Browsers get the page."""
    if request.method != "POST":
        wanted = request.get_preferred_type(["application/json", "text/html"])
        return redirect("demo_mail") if wanted == "text/html" else JsonResponse({"now": now()})
    if request.headers.get("Sec-Fetch-Site", "") not in OWN_SITES:
        return JsonResponse({"error": "Another site may not move the clock."}, status=403)
    by = _by(request)
    if by is None:
        most = int(LONGEST.total_seconds())
        return JsonResponse({"error": f"seconds must be a whole number from 1 to {most}."}, status=400)
    make_move(plan_move(by))
    return JsonResponse({"now": now()})


@require_POST
def clock_move(request: HttpRequest) -> HttpResponse:
    """A worker moves the clock while the panel shows how far it has come."""
    by = _by(request)
    if by is None or by.total_seconds() not in STEPS:
        return HttpResponseBadRequest()
    move = plan_move(by)
    try:
        move_clock.apply_async(kwargs={"move_id": move.id}, retry=False)
    except OperationalError:
        fail_move(move)
    if request.headers.get("HX-Request"):
        return show(request, "demo/_clock.html", {"panel": panel_now()})
    return redirect("demo_mail")


@require_safe
def clock_panel(request: HttpRequest) -> HttpResponse:
    part = "_now" if "now" in request.GET else "_clock"
    return show(request, f"demo/{part}.html", {"panel": panel_now()})


def _by(request: HttpRequest) -> timedelta | None:
    seconds = request.POST.get("seconds", "")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 9):
        return None
    by = timedelta(seconds=int(seconds))
    return by if timedelta() < by <= LONGEST else None
