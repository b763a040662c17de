"""Where providers call: no session, no page, an answer at once."""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lib import clock
from tracking.places import Place, find_place
from tracking.reading import MOST, Forged, NotOurs, hear
from tracking.services import keep
from ways.enums import Provider

logger = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def hook(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """200 once it is kept: a provider repeats for hours what is answered otherwise. HEAD is how some see whether anybody is there."""
    place = find_place(provider, token)
    if place is None:
        return HttpResponse(status=404)
    if request.method == "HEAD":
        return HttpResponse()
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST:
        return HttpResponse(status=413)
    if provider == Provider.AMAZON_SES and "Authorization" not in request.headers:
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="webhook"'})  # SNS sends its password only when asked
    return _take(request, place)


def _take(request: HttpRequest, place: Place) -> HttpResponse:
    try:
        heard = hear(request, place.provider, place.options)
    except (Forged, NotOurs) as error:
        logger.warning("A call for %s of firm %s is refused: %s", place.provider, place.firm_id, type(error).__name__)
        return HttpResponse(status=403 if isinstance(error, Forged) else 400)
    keep(place, heard, clock.now())
    return HttpResponse()
