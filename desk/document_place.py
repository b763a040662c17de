"""Where one is among an account's documents: an area, and perhaps a folder of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise

from clients.models import Account
from files.enums import Area
from files.models import Folder
from files.queries import get_folder_of, is_area, path_of


@dataclass(frozen=True, slots=True)
class Place:
    account: Account
    area: Area
    folder: Folder | None = None

    @property
    def query(self) -> str:
        return urlencode({"area": self.area.value} | ({"folder": self.folder.code} if self.folder else {}))

    @property
    def url(self) -> str:
        return f"{reverse('account_documents', args=[self.account.code])}?{self.query}"


def place_in(account: Account, given: Mapping[str, str]) -> Place:
    """From an address or a form; a folder says its area. 404 for an area that is none, and for a folder that the account does not have."""
    code = given.get("folder", "")
    if code:
        return _in_folder(account, code)
    area = given.get("area", Area.FIRM.value)
    if not is_area(area):  # nobody's files get into the client's sight by a slip
        raise Http404
    return Place(account, Area(area))


def place_named(account: Account, to: str) -> Place:
    """As a list of places to move to names it: an area, or a folder's code. 404 for what is neither."""
    return Place(account, Area(to)) if is_area(to) else _in_folder(account, to)


def _in_folder(account: Account, code: str) -> Place:
    folder = get_folder_of(account, code)
    return Place(account, Area(folder.area), folder)


@dataclass(frozen=True, slots=True)
class Choice:
    """A place to move to; `depth` says how deep it lies."""

    value: str
    title: str | Promise
    depth: int

    @property
    def indented(self) -> str:
        return "\u2003" * self.depth + str(self.title)


def places_of(folders: list[Folder]) -> list[Choice]:
    """Every area and folder of an account, each folder below the one that it lies in."""
    found: list[Choice] = []
    for area in Area:
        found.append(Choice(area.value, area.label, 0))
        found += _below(None, area, folders, 1)
    return found


def _below(parent: int | None, area: str, folders: list[Folder], depth: int) -> list[Choice]:
    found: list[Choice] = []
    for folder in folders:
        if (folder.parent_id, folder.area) == (parent, area):
            found += [Choice(folder.code, folder.name, depth), *_below(folder.pk, area, folders, depth + 1)]
    return found


def crumbs_of(place: Place, folders: list[Folder]) -> list[tuple[str, str]]:
    """Title and address of each step from the area's top to here."""
    steps = [Place(place.account, place.area), *(Place(place.account, place.area, each) for each in path_of(place.folder, folders))]
    return [(step.folder.name if step.folder else str(step.area.label), step.url) for step in steps]
