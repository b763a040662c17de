"""E-mailed item links: a link opens one request for one address, and nothing else."""

from django.http import HttpRequest


def find_linked_firm_id(request: HttpRequest) -> int | None:
    return None
