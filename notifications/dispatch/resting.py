"""What is for mail domains that have asked for a rest."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Q


def to_domains(column: str, domains: Collection[str]) -> Q:
    """`column` holds an address; at least one domain."""
    return reduce(or_, [Q(**{f"{column}__iendswith": f"@{domain}"}) for domain in domains])
