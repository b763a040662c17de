"""Whether somebody has had a message before their eyes: said by the page's script, and by nobody who posts a form as it stands."""

from django.db.models import QuerySet
from django.http import HttpRequest

from kinds.chats.models import ChatMessage
from lib.codes import is_code


def is_seen(up_to: str, seen: str) -> bool:
    """The script turns the code round once the page has been looked at for a moment; a mail scanner posts what stands in the form."""
    return is_code(up_to) and seen == up_to[::-1]


def was_seen(request: HttpRequest, messages: QuerySet[ChatMessage]) -> ChatMessage | None:
    """The message down to which the page was read; nothing where no script says so, or where it is none of these."""
    up_to = request.POST.get("up_to", "")
    if not is_seen(up_to, request.POST.get("seen", "")):
        return None
    return messages.prefetch_related(None).select_related("thread__firm").filter(code=up_to).first()
