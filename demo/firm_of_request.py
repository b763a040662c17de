"""The demo's own pages belong to no firm; everywhere else the usual rule holds."""

from django.http import HttpRequest

from access.firm_of_request import firm_of_request as usual

PAGES = "/demo/"


def firm_of_request(request: HttpRequest) -> int | None:
    """None on the demo's pages: they step through the ticks of all firms, which nobody can do from inside one."""
    return None if request.path_info.startswith(PAGES) else usual(request)
