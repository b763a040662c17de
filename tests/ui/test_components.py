"""The small parts of a page."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.paginator import Paginator
from django.utils import timezone, translation

from tests.ui.pages import get, one_line, render
from ui.shell import BulkAction, Tab
from ui.templatetags.ui import BADGES

TEN_TWELVE = datetime(2026, 11, 4, 9, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def test_badge_is_a_word_in_its_color() -> None:
    assert render('{% badge "Overdue" "red" %}') == '<span class="badge bg-red-lt">Overdue</span>'
    assert render('{% badge "Skipped" %}') == '<span class="badge bg-secondary-lt">Skipped</span>'
    assert render('{% badge "Nobody" "red" "bell-off" %}').startswith('<span class="badge bg-red-lt"><svg class="icon"')


def test_badge_escapes_its_word() -> None:
    assert render("{% badge word %}", word="<b>") == '<span class="badge bg-secondary-lt">&lt;b&gt;</span>'


def test_unknown_color_is_named() -> None:
    with pytest.raises(ValueError, match=f"There is no badge colour “pink”; there are {', '.join(BADGES)}"):
        render('{% badge "Overdue" "pink" %}')


def test_avatar_shows_initials_to_the_eye_alone() -> None:
    assert render('{% avatar "Claire Moreau" "xs" %}') == ('<span class="avatar avatar-xs rounded-circle" aria-hidden="true">CM</span>')


def test_moments_have_their_weekday_and_stand_in_the_active_zone() -> None:
    with timezone.override(PARIS):
        assert render("{% moment at %}", at=TEN_TWELVE) == '<time datetime="2026-11-04T10:12+01:00">Wed 4 Nov, 10:12</time>'
        assert render("{{ at|day }} {{ at|full_day }} {{ at|day_hour }}", at=TEN_TWELVE) == (
            "Wed 4 Nov Wednesday 4 November 2026 Wed 4 Nov, 10:12"
        )
    assert render("{{ at|day }}", at=date(2026, 11, 4)) == "Wed 4 Nov"


def test_moments_speak_french() -> None:
    with translation.override("fr"), timezone.override(PARIS):
        assert render("{{ at|day_hour }}, {{ at|full_day }}", at=TEN_TWELVE) == "mer. 4 nov. à 10:12, mercredi 4 novembre 2026"


def test_pagination_keeps_search_and_filters() -> None:
    html = one_line(render("{% pagination page %}", get("/?q=a+b&tag=vat&page=2"), page=Paginator(range(61), 12).page(2)))
    assert '<p class="m-0 text-secondary">13 to 24 of 61</p>' in html
    assert '<a class="page-link" href="?q=a+b&amp;tag=vat&amp;page=1" rel="prev">Previous</a>' in html
    assert '<a class="page-link" href="?q=a+b&amp;tag=vat&amp;page=3" rel="next">Next</a>' in html
    assert '<a class="page-link" href="?q=a+b&amp;tag=vat&amp;page=2" aria-current="page">2</a>' in html


def test_pagination_of_a_bare_address_starts_the_query() -> None:
    html = one_line(render("{% pagination page %}", page=Paginator(range(61), 12).page(6)))
    assert 'href="?page=5" rel="prev"' in html
    assert '<a class="page-link" role="link" aria-disabled="true">Next</a>' in html


def test_single_page_needs_no_links() -> None:
    html = render("{% pagination page %}", page=Paginator(range(3), 12).page(1))
    assert "1 to 3 of 3" in html
    assert "<nav" not in html


def test_long_lists_leave_pages_out() -> None:
    html = one_line(render("{% pagination page %}", page=Paginator(range(1000), 10).page(50)))
    assert html.count('<span class="page-link">…</span>') == 2


def test_breadcrumb_ends_with_the_page_itself() -> None:
    html = one_line(render('{% breadcrumb "Accounts" "/accounts/" "Import" %}'))
    assert '<li class="breadcrumb-item"><a href="/accounts/">Accounts</a></li>' in html
    assert '<li class="breadcrumb-item active" aria-current="page">Import</li>' in html


def test_tabs_mark_the_present_one() -> None:
    tabs = [Tab("All", "?", True, 0), Tab("Overdue", "?view=overdue", False, 11, "red"), Tab("Info", "info/")]
    html = one_line(render('{% include "ui/tabs.html" with tabs=tabs label="Views" only %}', tabs=tabs))
    assert '<a class="nav-link active" href="?" aria-current="page">All <span class="badge bg-secondary-lt ms-1">0</span></a>' in html
    assert '<a class="nav-link" href="?view=overdue">Overdue <span class="badge bg-red-lt ms-1">11</span></a>' in html
    assert '<a class="nav-link" href="info/">Info</a>' in html


def test_alert_is_read_out_by_its_kind() -> None:
    assert 'class="alert alert-danger" role="alert"' in render('{% alert "danger" %}No.{% endalert %}')
    assert 'class="alert alert-info" role="status"' in render("{% alert %}Yes.{% endalert %}")


def test_dialog_with_an_address_is_a_form() -> None:
    source = '{% dialog "resend" title action="/send/" button="Resend to 1 person" icon="send" %}<p>{{ text }}</p>{% enddialog %}'
    html = one_line(render(source, title="Resend “A & B”", text="<b>"))
    assert '<form class="modal-content" method="post" action="/send/">' in html
    assert 'name="csrfmiddlewaretoken" value="token-of-the-page"' in html
    assert 'aria-labelledby="resend-title"' in html
    assert '<h2 class="modal-title" id="resend-title">Resend “A &amp; B”</h2>' in html
    assert "<p>&lt;b&gt;</p>" in html
    assert "</svg>Resend to 1 person</button>" in html


def test_dialog_without_an_address_only_shows() -> None:
    html = render('{% dialog "help" "Help" %}Text{% enddialog %}')
    assert "<form" not in html
    assert "modal-footer" not in html


def test_empty_state_says_what_this_is() -> None:
    html = one_line(render('{% emptystate "users" "No contact yet" text="A contact is a person." %}<a href="/">New</a>{% endemptystate %}'))
    assert '<h2 class="empty-title">No contact yet</h2><p class="empty-subtitle text-secondary">A contact is a person.</p>' in html
    assert '<div class="empty-action btn-list justify-content-center"><a href="/">New</a></div>' in html


def test_empty_state_needs_no_button() -> None:
    assert "empty-action" not in render('{% emptystate "users" "Nothing to do" %} {% endemptystate %}')


def test_no_result_offers_the_way_back() -> None:
    html = render('{% include "ui/no_result.html" with text="No account." clear_url="?view=mine" only %}')
    assert '<a class="btn btn-sm" href="?view=mine">Clear filters</a>' in html


def test_logentry_has_badge_words_and_time() -> None:
    with timezone.override(PARIS):
        html = render('{% logentry icon="send" word="Delivered" color="green" at=at %}To <b>Nadia</b>{% endlogentry %}', at=TEN_TWELVE)
    assert 'class="timeline-event-icon text-done"' in html
    assert '<span class="badge bg-green-lt">Delivered</span> To <b>Nadia</b>' in html
    assert ">Wed 4 Nov, 10:12</time>" in html


def test_bulk_bar_has_a_button_an_action() -> None:
    source = '{% include "ui/bulkbar.html" with label="Selected accounts" actions=actions only %}'
    html = one_line(render(source, actions=[BulkAction("pause", "player-pause", "Pause reminders")]))
    assert 'role="region" aria-label="Selected accounts"' in html
    assert '<button type="submit" class="btn btn-sm" name="bulk" value="pause">' in html
    assert 'data-one="1 selected" data-many="{n} selected"' in html


def test_save_bar_counts_errors_and_leaves_without_asking() -> None:
    html = one_line(render('{% include "ui/savebar.html" with errors=2 %}'))
    assert "Not saved: 2 errors" in html
    assert '<a class="btn" href="" data-guard-leave>Discard</a>' in html
    quiet = render('{% include "ui/savebar.html" with button="Save reminders" %}')
    assert '<button type="reset" class="btn">Discard</button>' in quiet
    assert "Save reminders</button>" in quiet


def test_who_gets_it_says_why() -> None:
    rows = [
        {"address": "nadia@example.com", "reason": "Signer", "gets_it": True},
        {"address": "paul@example.com", "reason": "Has signed", "gets_it": False},
    ]
    html = one_line(render('{% include "ui/who_gets.html" with rows=rows only %}', rows=rows))
    assert 'nadia@example.com</div><div class="small text-secondary">Signer</div></div><span class="badge bg-green-lt">Yes</span>' in html
    assert 'Has signed</div></div><span class="badge bg-secondary-lt">No</span>' in html
