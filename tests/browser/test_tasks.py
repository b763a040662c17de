"""A list of tasks on the running product: pasted lines become rows, rows move, the client ticks in place and is asked before the last."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
TASKS = ["Envoyer le contrat", "Compter la caisse", "Prévenir la mairie"]
PASTE = """lines => {
  const data = new DataTransfer();
  data.setData("text", lines);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def page_of(chromium: Browser, demo: Demo, person: dict[str, str], width: int) -> Page:
    page = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-GB").new_page()
    page.set_default_timeout(20_000)
    demo.sign_in(page, person)
    return page


def test_tasks_are_pasted_moved_ticked_and_taken_back(demo: Demo, chromium: Browser) -> None:
    claire = page_of(chromium, demo, next(each for each in demo.staff if each["email"].startswith("claire@")), 1440)
    nadia = page_of(chromium, demo, next(each for each in demo.client if each["email"].startswith("nadia@")), 390)
    path = ask(claire, demo)
    nadia.goto(f"{demo.url}/a/{path}/")
    assert_accessible(nadia)
    ticked = nadia.locator("[name=not_done]")
    for number, text in enumerate(TASKS[:2], 1):
        nadia.get_by_label(text, exact=True).check()
        expect(ticked).to_have_count(number)
    assert "2" in (nadia.locator("#said").text_content() or "")
    ticked.first.check()
    expect(ticked).to_have_count(1)
    nadia.get_by_label(TASKS[0], exact=True).check()
    expect(ticked).to_have_count(2)
    nadia.get_by_label(TASKS[2], exact=True).check()
    expect(nadia.locator("#confirm")).to_be_visible()
    nadia.keyboard.press("Escape")
    expect(nadia.get_by_label(TASKS[2], exact=True)).not_to_be_checked()
    nadia.get_by_label(TASKS[2], exact=True).check()
    nadia.locator("[data-confirm-go]").click()
    expect(nadia.locator("#over-title")).to_be_visible()
    assert_accessible(nadia)
    claire.reload()
    expect(claire.locator("#count")).to_contain_text("3")
    claire.context.close()
    nadia.context.close()


def ask(claire: Page, demo: Demo) -> str:
    """The code of a list that Claire asks of the bakery, typed by pasting three lines, of which one is moved."""
    claire.goto(f"{demo.url}/requests/new/client_task/")
    claire.locator("#q").fill("boulangerie lef")
    claire.locator("#found a", has_text="Boulangerie Lefèvre").first.click()
    claire.get_by_label("Title").fill("Fête du pain")
    claire.locator("[name=task_text]").first.focus()
    claire.evaluate(PASTE, f"- {TASKS[1]}\n- {TASKS[0]}\n3. {TASKS[2]}")
    claire.get_by_role("button", name="Move task 2 up").click()
    assert [field.input_value() for field in claire.locator("[name=task_text]").all()] == TASKS
    assert_accessible(claire)
    claire.get_by_role("button", name="Send to").click()
    expect(claire.locator("#count")).to_have_text("0 of 3 done")
    assert_accessible(claire)
    return claire.url.rstrip("/").rpartition("/")[2]
