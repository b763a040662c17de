"""`{% load ui %}`: the parts pages are made of. docs/ui.md shows how each is called."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lib.codes import new_code
from ui import charts, shell
from ui.dates import day_in_words
from ui.filters import PAGE, without
from ui.forms import RelanceBoundField
from ui.icons import icon_svg
from ui.languages import named_languages, reader_language
from ui.toasts import Notes, sort_notes

register = template.Library()

BADGES = {
    "red": "bg-red-lt",
    "yellow": "bg-yellow-lt",
    "azure": "bg-azure-lt",
    "green": "bg-green-lt",
    "grey": "bg-secondary-lt",
}
TONES = {"red": "text-late", "yellow": "text-held", "azure": "text-wait", "green": "text-done", "grey": "text-secondary"}
FIELD_OPTIONS = ("before", "after", "aside_url", "aside", "hide_label")
ALERT_ICONS = {
    "danger": "alert-triangle",
    "warning": "alert-triangle",
    "info": "info-circle",
    "success": "circle-check",
}


def _one_of(table: dict[str, str], word: str, what: str) -> str:
    if word not in table:
        raise ValueError(f"There is no {what} “{word}”; there are {', '.join(table)}.")
    return table[word]


# --- Small marks -------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    return icon_svg(name, css_class)


@register.simple_tag
def avatar(name: str, size: str = "sm") -> SafeString:
    """Initials in a circle; the name itself must stand beside it. Sizes: xs, sm, md."""
    return format_html('<span class="avatar avatar-{} rounded-circle" aria-hidden="true">{}</span>', size, shell.initials(str(name)))


@register.simple_tag
def badge(word: object, color: str = "grey", icon: str = "") -> SafeString:
    """A state: always a word, never colour alone."""
    drawing = icon_svg(icon) if icon else ""
    return format_html('<span class="badge {}">{}{}</span>', _one_of(BADGES, color, "badge colour"), drawing, word)


@register.filter
def badge_class(color: str) -> str:
    return _one_of(BADGES, color, "badge colour")


@register.filter
def tone(color: str) -> str:
    """The text class of a state's colour."""
    return _one_of(TONES, color, "colour")


# --- Moments: with the weekday, in the zone that is active --------------------------------------------------------------


@register.filter(expects_localtime=True)
def day(value: date) -> str:
    return day_in_words(value, _("D j M"))


@register.filter(expects_localtime=True)
def full_day(value: date) -> str:
    return day_in_words(value, _("l j F Y"))


@register.filter(expects_localtime=True)
def day_hour(value: datetime) -> str:
    return day_in_words(value, _("D j M, H:i"))


@register.filter(expects_localtime=True)
def in_words(value: date | None, pattern: str) -> str:
    """In place of `date` wherever a pattern names the month."""
    return day_in_words(value, pattern) if value else ""


@register.simple_tag
def moment(value: datetime) -> SafeString:
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), day_hour(local))


# --- Parts with a body -------------------------------------------------------------------------------------------------


@register.simple_block_tag
def alert(content: SafeString, kind: str = "info", icon: str = "") -> SafeString:
    """A notice on the page; danger and warning are read out at once."""
    name = icon or _one_of(ALERT_ICONS, kind, "kind of alert")
    role = "alert" if kind in ("danger", "warning") else "status"
    return render_to_string("ui/alert.html", {"content": content, "kind": kind, "icon": name, "role": role})


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: SafeString, id: str, title: str, action: str = "", button: str = "", **options: Any) -> SafeString:
    """A dialog opened by `data-bs-toggle="modal" data-bs-target="#id"`; with `action` it is a form that posts there.

    Options: `icon` and `color` of the button, `size` (sm, lg), `enctype`.
    """
    values = {"content": content, "id": id, "title": title, "action": action, "button": button, **options}
    return render_to_string("ui/dialog.html", {**values, "csrf_token": context.get("csrf_token")})


@register.simple_block_tag
def emptystate(content: SafeString, icon: str, title: str, text: str = "", color: str = "") -> SafeString:
    """First use: what this is; the body holds one primary button, and others."""
    values = {"content": mark_safe(content.strip()), "icon": icon, "title": title, "text": text, "color": color}
    return render_to_string("ui/empty.html", values)


@register.simple_block_tag
def logentry(content: SafeString, icon: str, word: str = "", color: str = "grey", at: datetime | None = None) -> SafeString:
    """One line of a timeline: `<ol class="timeline log">` around them."""
    return render_to_string("ui/logentry.html", {"content": content, "icon": icon, "word": word, "color": color, "at": at})


# --- Lists -------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any]) -> dict[str, Any]:
    """“1 to 12 of 61” and links that keep search and filters."""
    query = context["request"].GET
    base = without(query, PAGE)
    joint = "" if base == "?" else "&"
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    total = getattr(page.paginator, "said", page.paginator.count)
    return {"page": page, "numbers": list(numbers), "base": f"{base}{joint}{PAGE}=", "gap": page.paginator.ELLIPSIS, "total": total}


@register.inclusion_tag("ui/breadcrumb.html")
def breadcrumb(*titles_and_urls: object) -> dict[str, Any]:
    """Titles each followed by its address; a last title alone is the page itself."""
    return {"crumbs": [titles_and_urls[at : at + 2] for at in range(0, len(titles_and_urls), 2)]}


@register.inclusion_tag("ui/share_bar.html")
def share_bar(overdue: int, planned: int, later: int, scale: int) -> dict[str, Any]:
    return {"segments": charts.segments((overdue, planned, later), scale)}


@register.inclusion_tag("ui/day_chart.html")
def day_chart(days: Sequence[charts.Day], label: str) -> dict[str, Any]:
    """A bar a day; `label` says the same in words."""
    return {"bars": charts.bars(days), "width": charts.width(days), "label": label, "floor": charts.FLOOR}


# --- Forms -------------------------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: RelanceBoundField, *, label: str | None = None, help: str | None = None, **changes: Any) -> SafeString:
    """A field with other words for one page.

    `before` and `after` stand inside the control's box (“days”), `aside_url` and `aside` are a link beside the label,
    `hide_label` keeps the label for screen readers alone; every other change is an attribute of the control, with
    underscores for hyphens.
    """
    options: dict[str, Any] = {name: changes.pop(name) for name in FIELD_OPTIONS if name in changes}
    attrs = {name.replace("_", "-"): value for name, value in changes.items()}
    return bound.varied(label=label, help_text=help, attrs=attrs, options=options).as_field_group()


@register.simple_tag
def once() -> SafeString:
    """Beside `csrf_token`, in a form that must not do twice what it does: sent again, it leads to what it made (`firms.sent_forms`)."""
    return format_html('<input type="hidden" name="once" value="{}">', new_code())


@register.inclusion_tag("ui/dropzone.html")
def dropzone(bound: RelanceBoundField, *, max_mb: int, unseen: str = "", **attrs: Any) -> dict[str, Any]:
    """A file field on which a file can be dropped; the page itself refuses one above `max_mb` megabytes.

    `unseen` is said of each chosen file, as “{name}”, that no page of ours can show.
    """
    named = {name.replace("_", "-"): value for name, value in attrs.items()}
    return {"field": bound.varied(label=None, help_text=None, attrs=named, options={}), "max_mb": max_mb, "unseen": unseen}


@register.inclusion_tag("ui/error_summary.html")
def error_summary(*forms: BaseForm, title: str = "") -> dict[str, Any]:
    """What is wrong, each with a link to its field; nothing at all while nothing is."""
    fields = [bound for form in forms for bound in form if bound.errors]
    lines = [(bound.id_for_label or bound.auto_id, bound.label.rstrip(".:?! \u00a0"), bound.errors[0]) for bound in fields]
    general = [error for form in forms for error in form.non_field_errors()]
    return {"lines": lines, "general": general, "title": title, "count": len(lines)}


# --- What the shells need ----------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def page_notes(context: Context) -> Notes:
    return sort_notes(context.get("messages"))


@register.simple_tag
def brand_css(brand: shell.Brand) -> SafeString:
    return mark_safe(shell.brand_css(brand))


@register.filter
def brand_initials(name: str) -> str:
    return shell.initials(name)


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """The languages of the product, the reader's first, each under its own name."""
    current = reader_language()
    return sorted(named_languages(), key=lambda pair: pair[0] != current)
