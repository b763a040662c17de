"""Uploading on the running product: files that are dropped stand in the list, one that is refused has its sentence."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, JSHandle, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
OWNER = "wim@kantoor-peeters.example"
DROPPED = """() => {
  const transfer = new DataTransfer();
  for (let n = 1; n <= 9; n += 1) transfer.items.add(new File([`Compte;Solde\\n512;${n}\\n`], `relevé ${n}.csv`, { type: "text/csv" }));
  transfer.items.add(new File(["<html><script>alert(1)</script></html>"], "facture.pdf", { type: "application/pdf" }));
  return transfer;
}"""
SENTENCE = "“facture.pdf” is a web page, which can hold a program. Print it to a PDF, then choose that file."


@pytest.fixture
def page(demo: Demo, chromium: Browser) -> Iterator[Page]:
    """The owner of the smaller firm, on the Documents tab of its first account."""
    with chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        demo.sign_in(page, next(each for each in demo.staff if each["email"] == OWNER))
        page.goto(f"{demo.url}/accounts/")
        page.locator("table tbody th a, table tbody td a").first.click()
        page.locator("nav[aria-label=Account] a", has_text="Documents").click()
        yield page


def drop(page: Page) -> None:
    transfer: JSHandle = page.evaluate_handle(DROPPED)
    page.dispatch_event("[data-upload] .drop", "drop", {"dataTransfer": transfer})


def test_of_ten_dropped_files_nine_are_kept_and_one_has_its_sentence(page: Page) -> None:
    page.get_by_label("Tell the client").uncheck()
    drop(page)
    rows = page.locator("[data-upload-rows] li")
    expect(rows).to_have_count(10)
    expect(page.locator("[data-upload-rows] [data-state=done]")).to_have_count(9)
    expect(page.locator("[data-upload-rows] [data-state=refused]")).to_have_count(1)
    expect(rows.filter(has_text="facture.pdf")).to_contain_text(SENTENCE)
    listed = page.locator("#documents tbody tr")
    expect(listed).to_have_count(9)
    expect(listed.first).to_contain_text("relevé 1.csv")
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 800})
    assert_accessible(page)
    page.get_by_role("link", name="relevé 1.csv", exact=True).click()
    assert_accessible(page)
