"""The four steps of an import: choose a file, match its columns, look at what each row will do, import."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.importing import services
from clients.importing.enums import Field, ImportState, Unreadable
from clients.importing.exporting import rows_as_csv, sample_list
from clients.importing.forms import ColumnsForm, UploadForm
from clients.importing.headings import EXAMPLES
from clients.importing.models import WAITING, ClientImport
from clients.importing.presenting import (
    STATE_COLORS,
    conditions_of,
    outcome_of,
    remarks_of,
    show_rows,
    source_words,
    time_left,
    to_be_invited,
    trouble_of,
    verdict_tabs,
)
from clients.importing.queries import (
    count_pending_logins,
    count_removed,
    count_rows,
    get_import_for,
    imports_of,
    is_remembered,
    require_import,
    rows_of,
    rows_to_correct,
)
from clients.importing.sentences import mapping_faults, unreadable
from clients.importing.showing_missing import show_missing
from clients.importing.snapshot import customs_of
from clients.importing.table import MAX_BYTES, UnreadableFile
from clients.importing.uploads import dropped_bytes, limited_upload
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from lib import clock
from ui.forms import posted

PER_PAGE = 50
RECENT = 10
MEGABYTE = 1024 * 1024


@limited_upload
@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    require_import(staff)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST":
        client_import = _upload(request, form)
        if client_import is not None:
            return redirect("import_columns", client_import.code)
    context = {
        "form": form,
        "max_mb": MAX_BYTES // MEGABYTE,
        "fields": [*((field.label, EXAMPLES[field]) for field in Field), *((custom.name, "") for custom in customs_of(staff.firm))],
        "earlier": _earlier(request),
    }
    return render(request, "clients/import_new.html", context, status=422 if form.errors else 200)


def _upload(request: HttpRequest, form: UploadForm) -> ClientImport | None:
    """The new import; None after the form has been told why not."""
    if size := dropped_bytes(request):
        form.errors.clear()
        form.add_error("file", unreadable(Unreadable.TOO_BIG, {"megabytes": size // MEGABYTE, "most": MAX_BYTES // MEGABYTE}))
        return None
    if not form.is_valid():
        return None
    staff, file = staff_of(request), form.cleaned_data["file"]
    try:
        return services.upload_list(firm=staff.firm, file=file.file, name=file.name, size=file.size, staff=staff, now=clock.now())
    except UnreadableFile as error:
        form.add_error("file", unreadable(error.why, error.details))
        return None


def _earlier(request: HttpRequest) -> list[tuple[ClientImport, str, str]]:
    recent = imports_of(staff_of(request).firm).select_related("created_by")[:RECENT]
    states = [ImportState(each.state) for each in recent]
    return [(each, str(state.label), STATE_COLORS[state]) for each, state in zip(recent, states, strict=True)]


@staff_only
@require_safe
def import_sample(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    require_import(staff)
    return _download(sample_list(customs_of(staff.firm)), _("clients-example"))


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, code: str) -> HttpResponse:
    client_import = get_import_for(staff_of(request), code)
    if client_import.state not in WAITING:
        return redirect("import_show", code)
    form = ColumnsForm(
        posted(request), headings=client_import.headings, mapping=client_import.mapping, customs=customs_of(client_import.firm),
        is_complete=client_import.is_complete,
    )  # fmt: skip
    faults: list[str] = []
    if form.is_bound and form.is_valid():
        try:
            services.match_columns(client_import=client_import, mapping=form.mapping, is_complete=form.cleaned_data["complete"])
        except services.WrongMapping as error:
            faults = mapping_faults(error.faults)
        except services.NotNow:
            return _moved_on(request, code)
        else:
            return redirect("import_show", code)
    context = {
        "client_import": client_import,
        "columns": zip(form.columns, client_import.samples, strict=True),
        "faults": faults,
        "form": form,
        "remembered": is_remembered(client_import),
        "source": source_words(client_import),
    }
    return render(request, "clients/import_columns.html", context, status=422 if faults or form.errors else 200)


@staff_only
@require_safe
def import_show(request: HttpRequest, code: str) -> HttpResponse:
    client_import = get_import_for(staff_of(request), code)
    if client_import.state == ImportState.MATCHING:
        return redirect("import_columns", code)
    counts = count_rows(client_import)
    rows = rows_of(client_import).filter(**conditions_of(request.GET, counts))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    is_done = client_import.state == ImportState.DONE
    context = _progress(client_import) | {
        "counts": counts,
        "outcome": outcome_of(client_import, counts, count_removed(client_import)) if is_done else "",
        "to_invite": to_be_invited(count_pending_logins(client_import)) if is_done else "",
        "missing": show_missing(client_import),
        "page": page,
        "remarks": remarks_of(client_import),
        "rows": show_rows(page, client_import.headings),
        "tabs": verdict_tabs(request.GET, counts),
        "trouble": trouble_of(client_import),
    }
    return render(request, "clients/import_show.html", context)


@staff_only
@require_safe
def import_progress(request: HttpRequest, code: str) -> HttpResponse:
    """The block that a page asks for each second while a worker is busy; when it has ended, the page opens anew."""
    client_import = get_import_for(staff_of(request), code)
    if not client_import.is_working:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("import_show", args=[code])})
    return render(request, "clients/import_progress.html", _progress(client_import))


def _progress(client_import: ClientImport) -> dict[str, object]:
    return {"client_import": client_import, "left": time_left(client_import, clock.machine_now())}


@staff_only
@require_POST
def import_confirm(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    client_import = get_import_for(staff, code)
    try:
        services.confirm_import(
            client_import=client_import, by=Actor.staff(staff, request), staff=staff, now=clock.now(), removals=_ticked(request)
        )
    except services.NotNow:
        return _moved_on(request, code)
    return redirect("import_show", code)


@staff_only
@require_POST
def import_tick(request: HttpRequest, code: str) -> HttpResponse:
    """All that is ticked, each time that something is ticked or not."""
    client_import = get_import_for(staff_of(request), code)
    try:
        services.tick_removals(client_import=client_import, removals=_ticked(request))
    except services.NotNow:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("import_show", args=[code])})
    return HttpResponse(status=204)


def _ticked(request: HttpRequest) -> list[int]:
    """Positions; what is none was put there by hand."""
    return [int(value) for value in request.POST.getlist("remove") if value.isascii() and value.isdigit() and len(value) < 7]


@staff_only
@require_POST
def import_stop(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    client_import = get_import_for(staff, code)
    try:
        services.stop_import(client_import=client_import, by=Actor.staff(staff, request), now=clock.now())
    except services.NotNow:
        return _moved_on(request, code)
    return redirect("import_show", code)


@staff_only
@require_safe
def import_left_out(request: HttpRequest, code: str) -> HttpResponse:
    client_import = get_import_for(staff_of(request), code)
    return _download(rows_as_csv(rows_to_correct(client_import), client_import.headings), _("to-correct"))


def _download(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}.csv"'}
    )


def _moved_on(request: HttpRequest, code: str) -> HttpResponse:
    messages.error(request, _("The import has moved on meanwhile; this is where it stands."))
    return redirect("import_show", code)
