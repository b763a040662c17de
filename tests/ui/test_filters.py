"""What a list is narrowed by stands in its address."""

from django.http import QueryDict

from tests.ui.pages import one_line, render
from ui.filters import Chip, Filter, FilterBar, FilterField, active_filters, filter_bar, search_of, without

TAG = Filter("tag", "Tag", [("", "Any"), ("vat", "Monthly VAT"), ("pay", "Payroll")])
LANGUAGE = Filter("language", "Language", [("fr", "French"), ("en", "English")])


def bar_of(query: str) -> FilterBar:
    return filter_bar(QueryDict(query), [TAG, LANGUAGE], shown=61, total=214, search_label="Search accounts")


def test_bar_holds_what_the_address_says() -> None:
    assert bar_of("q=+lef%C3%A8vre+&tag=vat&page=3&view=mine&view=old") == FilterBar(
        search="lefèvre",
        active={"tag": "vat"},
        chips=[Chip("Tag", "Monthly VAT", "?q=+lef%C3%A8vre+&view=mine&view=old")],
        fields=[FilterField("tag", "Tag", "vat", TAG.choices), FilterField("language", "Language", "", LANGUAGE.choices)],
        kept=[("view", "mine"), ("view", "old")],
        clear_url="?view=mine&view=old",
        shown=61,
        total=214,
        search_label="Search accounts",
        search_placeholder="Search accounts",
    )


def test_values_that_no_filter_offers_are_passed_over() -> None:
    query = QueryDict("tag=unknown&language=&colour=red")
    assert active_filters(query, [TAG, LANGUAGE]) == {}


def test_search_is_trimmed() -> None:
    assert search_of(QueryDict("q=%20%20")) == ""
    assert not bar_of("q=%20").narrows


def test_without_leaves_the_query_as_it_was() -> None:
    query = QueryDict("a=1&b=2")
    assert without(query, "a") == "?b=2"
    assert query.urlencode() == "a=1&b=2"


def test_chip_removes_its_filter_alone() -> None:
    html = one_line(render('{% include "ui/filterbar.html" with bar=bar only %}', bar=bar_of("tag=vat&language=fr&page=2")))
    assert '<a class="btn-close" href="?language=fr" aria-label="Remove filter Tag"></a>' in html
    assert '<a class="btn-close" href="?tag=vat" aria-label="Remove filter Language"></a>' in html
    assert '<a class="btn btn-sm btn-ghost-secondary" href="?">Clear</a>' in html
    assert '<span class="ms-auto text-secondary">61 of 214</span>' in html


def test_form_keeps_the_view_and_offers_each_filter() -> None:
    html = one_line(render('{% include "ui/filterbar.html" with bar=bar only %}', bar=bar_of("view=mine&tag=pay")))
    assert '<input type="hidden" name="view" value="mine">' in html
    assert '<option value="pay" selected>Payroll</option>' in html
    assert html.count('<option value="">All</option>') == 2


def test_bar_without_filters_offers_nothing_to_clear() -> None:
    bar = filter_bar(QueryDict(""), [], shown=3, total=3, search_label="Search")
    html = render('{% include "ui/filterbar.html" with bar=bar only %}', bar=bar)
    assert "Add filter" not in html
    assert "Clear" not in html


def test_what_is_searched_is_escaped() -> None:
    html = render('{% include "ui/filterbar.html" with bar=bar only %}', bar=bar_of("q=%22%3E%3Cscript%3E"))
    assert "<script>" not in html
    assert 'value="&quot;&gt;&lt;script&gt;"' in html


def test_a_day_is_typed_and_stands_among_the_filters() -> None:
    first, last = Filter("day", "Day", [("2026-11-03", "Tue 3 Nov")], is_day=True), Filter("until", "Last day", [], is_day=True)
    bar = filter_bar(QueryDict("day=2026-11-03&until=never"), [first, last], search_label="Search")
    assert (bar.active, [chip.value for chip in bar.chips]) == ({"day": "2026-11-03"}, ["Tue 3 Nov"])
    html = one_line(render('{% include "ui/filterbar.html" with bar=bar only %}', bar=bar))
    assert '<input type="date" class="form-control form-control-sm" name="day" id="filter-day" value="2026-11-03">' in html
    assert '<input type="date" class="form-control form-control-sm" name="until" id="filter-until" value="">' in html
    assert "<select" not in html
