"""Reads about folders and files. Whoever asks stands first; the doors are here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from clients.models import Account
from clients.names import name_key, prefix_range
from clients.queries import may_change, visible_accounts
from files.enums import OPEN_AREAS, Area
from files.models import File, FileVersion, Folder
from firms.enums import Right
from firms.models import Staff
from lib.codes import is_code

RIGHT = Right.MANAGE_ACTIONS  # what it takes to upload, name, move and trash, unless one manages the account

# --- The doors ---------------------------------------------------------------------------------------------------------


def visible_files(staff: Staff) -> QuerySet[File]:
    """Files of the accounts that this member of staff may see; those in the trash are not among them."""
    return _of_visible_accounts(staff).filter(trashed_at=None)


def get_file_for(staff: Staff, code: str) -> File:
    """The file with its account, folder and firm, one in the trash too; 404 when it is another firm's, or out of this person's sight."""
    return get_object_or_404(_of_visible_accounts(staff).select_related("firm", "account__firm", "folder"), code=_a_code(code))


def get_file_to_change(staff: Staff, code: str) -> File:
    """As `get_file_for`; 403 when it may be seen but not touched."""
    file = get_file_for(staff, code)
    if not may_change(staff, file.account, RIGHT):
        raise PermissionDenied
    return file


def files_to_change(staff: Staff, account: Account, codes: Collection[str]) -> list[File]:
    """Those of the account among `codes`, in any order; nothing is said of codes that name none of them."""
    if not may_change(staff, account, RIGHT):
        raise PermissionDenied
    wanted = [code for code in codes if is_code(code)]
    return list(File.objects.filter(firm=account.firm_id, account=account, code__in=wanted).select_related("firm", "account", "folder"))


def get_version_of(file: File, number: int) -> FileVersion:
    return get_object_or_404(FileVersion, firm=file.firm_id, file=file, number=number)


def get_folder_of(account: Account, code: str) -> Folder:
    return get_object_or_404(Folder, firm=account.firm_id, account=account, code=_a_code(code))


def get_client_file(account: Account, code: str) -> File:
    """A file that the account's clients see; 404 for private ones, for those in the trash, and for other accounts'."""
    return get_object_or_404(client_files(account).select_related("firm", "account", "folder"), code=_a_code(code))


def get_client_folder(account: Account, code: str) -> Folder:
    return get_object_or_404(Folder, firm=account.firm_id, account=account, area__in=OPEN_AREAS, code=_a_code(code))


def _of_visible_accounts(staff: Staff) -> QuerySet[File]:
    return File.objects.filter(firm=staff.firm_id, account__in=visible_accounts(staff).order_by())


def _a_code(code: str) -> str:
    """What is no code at all never reaches the database."""
    if not is_code(code):
        raise Http404
    return code


# --- What an account has -----------------------------------------------------------------------------------------------


def files_of(account: Account) -> QuerySet[File]:
    return File.objects.filter(firm=account.firm_id, account=account, trashed_at=None)


def client_files(account: Account) -> QuerySet[File]:
    """What the account's clients see: from the firm and from themselves."""
    return files_of(account).filter(area__in=OPEN_AREAS)


@dataclass(frozen=True, slots=True)
class FileCounts:
    """How many files an account has, how many of them a page shows, and how many each area has, its folders included."""

    all: int
    shown: int
    areas: Mapping[str, int]


def count_files(account: Account, shown: QuerySet[File]) -> FileCounts:
    """One query."""
    among = Count("pk", filter=Q(pk__in=shown.order_by().values("pk")))
    counted = files_of(account).aggregate(
        all=Count("pk"), shown=among, **{f"in_{area}": Count("pk", filter=Q(area=area)) for area in Area.values}
    )
    return FileCounts(counted["all"], counted["shown"], {area: counted[f"in_{area}"] for area in Area.values})


def trashed_files(account: Account) -> QuerySet[File]:
    """The last trashed first."""
    return File.objects.filter(firm=account.firm_id, account=account, trashed_at__isnull=False).order_by("-trashed_at", "-pk")


def files_in(account: Account, area: str, folder: Folder | None) -> QuerySet[File]:
    return files_of(account).filter(area=area, folder=folder)


def folders_in(account: Account, area: str, parent: Folder | None) -> QuerySet[Folder]:
    return Folder.objects.filter(firm=account.firm_id, account=account, area=area, parent=parent)


def list_folders(account: Account) -> list[Folder]:
    """Every folder of the account, of all areas; one query."""
    return list(Folder.objects.filter(firm=account.firm_id, account=account).order_by("area", "name_key", "pk"))


def path_of(folder: Folder | None, among: Collection[Folder]) -> list[Folder]:
    """The folders from the area's top down to this one, which is the last; `among` holds them all."""
    by_id = {each.pk: each for each in among}
    path: list[Folder] = []
    while folder is not None:
        path.insert(0, folder)
        folder = by_id.get(folder.parent_id) if folder.parent_id else None
    return path


def files_matching(files: QuerySet[File], text: str) -> QuerySet[File]:
    """Those of which each typed word begins the name or a word inside it; none at all when nothing was typed."""
    words = name_key(text).split()
    if not words or "\0" in text:
        return files.none()
    for word in words:
        low, high = prefix_range(word)
        inside = Q(*(Q(name_key__contains=f"{before}{word}") for before in " -_.(’'"), _connector=Q.OR)
        files = files.filter(Q(name_key__gte=low, name_key__lt=high) | inside)
    return files


def versions_of(file: File) -> QuerySet[FileVersion]:
    """The newest first."""
    return FileVersion.objects.filter(firm=file.firm_id, file=file).order_by("-number")


def last_version(file: File) -> FileVersion:
    return FileVersion.objects.get(firm=file.firm_id, file=file, number=file.versions)


def is_area(value: str) -> bool:
    return value in Area.values
