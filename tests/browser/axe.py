"""What axe-core finds on a page; every browser test asks it before it leaves a page."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = "() => axe.run(document, {iframes: false, resultTypes: ['violations']}).then(found => found.violations)"


def assert_accessible(page: Page) -> None:
    """Fails with every violation of accessibility, each with the elements that have it, and where the page scrolls sideways."""
    page.evaluate(_axe())
    violations: list[dict[str, Any]] = page.evaluate(RUN)
    assert not violations, f"axe-core on {page.url}:\n" + "\n".join(_sentence(each) for each in violations)
    width = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{page.url} is {width[0]} px wide on a screen of {width[1]} px."


def assert_accessible_at_both_widths(page: Page) -> None:
    """At a desktop's width and at a phone's, on the page as it stands; the window keeps the first."""
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)


@lru_cache(maxsize=1)
def _axe() -> str:
    # Evaluated, not added as a script: the page's content security policy stays as it is.
    return AXE.read_text(encoding="utf-8")


def _sentence(violation: dict[str, Any]) -> str:
    nodes = "\n".join(f"    {node['html']}\n      {node['failureSummary']}" for node in violation["nodes"])
    return f"  {violation['id']} ({violation['impact']}): {violation['help']}\n{nodes}"
