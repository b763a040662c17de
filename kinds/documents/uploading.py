"""Files that come with a form: one by one from the script of the upload zone, or several at once without it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from files.errors import FileRefused, FolderRefused
from files.models import File
from ui.toasts import toast

FIELD = "files"  # of the form


@dataclass(slots=True)
class Uploaded:
    """What was kept of what came, and why the rest was not."""

    kept: list[File] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def keep_each(request: HttpRequest, keep: "Callable[[UploadedFile[bytes]], File]") -> Uploaded:
    """A file that is refused stops no other. Raises whatever else `keep` raises."""
    uploaded = Uploaded()
    for upload in request.FILES.getlist(FIELD):
        try:
            uploaded.kept.append(keep(upload))
        except (FileRefused, FolderRefused) as refused:
            uploaded.refused.append(str(refused))
    if not uploaded.kept and not uploaded.refused:
        uploaded.refused.append(_("Choose at least one file."))
    return uploaded


def answer(request: HttpRequest, uploaded: Uploaded, back: str) -> HttpResponse:
    """To the script a word about its file; to a form the page at `back`, with a sentence for each file that was refused."""
    if request.headers.get("X-Upload") == "one":
        return JsonResponse({"refused": uploaded.refused}, status=422 if uploaded.refused else 200)
    for sentence in uploaded.refused:
        messages.error(request, sentence)
    if uploaded.kept:
        count = len(uploaded.kept)
        toast(request, ngettext("%(count)s file was uploaded.", "%(count)s files were uploaded.", count) % {"count": count})
    return redirect(back)
