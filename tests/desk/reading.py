"""Reads an answer as a person does: words, tables, links, buttons."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import Protocol

INLINE = {"a", "em", "span", "strong", "time"}
BLOCKS = {"avatar", "badge", "btn", "col", "col-2", "d-block"}  # classes that set an inline element apart
VOID = {"meta", "link", "input", "br", "hr", "img", "path", "rect", "use", "circle"}


class Answer(Protocol):
    @property
    def content(self) -> bytes: ...


@dataclass
class Node:
    tag: str
    attrs: dict[str, str]
    parent: "Node | None" = None
    children: "list[Node | str]" = field(default_factory=list)

    def walk(self) -> "Iterator[Node]":
        """This one and all below, as they stand on the page."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(child for child in reversed(node.children) if isinstance(child, Node))

    def find_all(self, tag: str, **attrs: str) -> "list[Node]":
        wanted = {name.replace("_", "-"): value for name, value in attrs.items()}
        return [n for n in self.walk() if n.tag == tag and wanted.items() <= n.attrs.items()]

    @property
    def text(self) -> str:
        """What can be read, blanks folded; what only screen readers hear is read too."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        if self.tag in ("script", "style", "title"):
            return
        apart = "" if self.tag in INLINE and not BLOCKS & set(self.attrs.get("class", "").split()) else " "
        yield apart
        for child in self.children:
            if isinstance(child, Node):
                yield from child._pieces()
            else:
                yield child
        yield apart

    @property
    def links(self) -> dict[str, str]:
        return {a.text: a.attrs["href"] for a in self.find_all("a") if a.attrs.get("href")}

    @property
    def rows(self) -> list[list[str]]:
        """The cells of every row of every table's body."""
        bodies = self.find_all("tbody")
        return [[c.text for c in row.children if isinstance(c, Node)] for body in bodies for row in body.find_all("tr")]

    @property
    def items(self) -> list[str]:
        return [item.text for item in self.find_all("li")]

    @property
    def actions(self) -> list[str]:
        """Where the forms that change something post to."""
        return [form.attrs["action"] for form in self.find_all("form", method="post")]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Node("document", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.children.append(Node(tag, {name: value or "" for name, value in attrs}, self.at))

    def handle_endtag(self, tag: str) -> None:
        node: Node | None = self.at
        while node is not None and node.tag != tag:
            node = node.parent
        if node is not None and node.parent is not None:
            self.at = node.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def read(response: Answer) -> Node:
    return _read(response.content)


@lru_cache(maxsize=4)  # of one answer several things are asked
def _read(content: bytes) -> Node:
    builder = _Builder()
    builder.feed(content.decode())
    return builder.root


def main_of(response: Answer) -> Node:
    """The page without its shell."""
    (main,) = read(response).find_all("main")
    return main


def card(response: Answer, labelled_by: str) -> Node:
    (section,) = main_of(response).find_all("section", aria_labelledby=labelled_by)
    return section


def nav_of(response: Answer) -> dict[str, str]:
    (header,) = read(response).find_all("header")
    return header.find_all("nav")[0].links
