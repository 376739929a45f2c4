"""A site whose bulletins two persons have accepted as they stand: what else is tested may air."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from pipeline.approval import Contents
from pipeline.domain import Approval, Person, Role
from pipeline.site import Site
from pipeline.store import Note, Store

PERSONS = ("lan", "minh")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def approve_everything(site: Site, store: Store, ids: Iterable[str] | None = None) -> None:
    """Approve the bulletins of a site, all of them by default, as two persons who have no passphrase."""
    known = store.persons()
    for each in PERSONS:
        if each not in known:
            person = Person(each, each.title(), Role.APPROVER, LONG_AGO)
            store.add_person(person, "", Note("test", "person_added", each), LONG_AGO)
    contents = Contents(site)
    chosen = site.bulletins if ids is None else ids
    digests = {each: contents.digest(site.bulletins[each]) for each in chosen}
    given = [Approval(each, digest, person, LONG_AGO) for each, digest in digests.items() for person in PERSONS]
    store.approve(given, [], LONG_AGO)
