"""Tells people what went wrong, once and in one digest, and tells an outside address that the station is alive.

    words.py   what is told, in words
    post.py    the ways out: apprise addresses, the dead man's ping

Notices stand in the database until they are settled; what is told of them is composed when it is sent. Addresses
stand in environment variables and appear nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.domain import State
from pipeline.messages import say
from pipeline.site import Site
from pipeline.store import AiringTrouble, Notice
from pipeline.telling.heard import heard_whole
from pipeline.telling.post import Post
from pipeline.telling.words import AIRING_CODES, LANGUAGES, digest, masked

if TYPE_CHECKING:
    from pipeline.store import Store

DIGEST_EVERY = timedelta(minutes=5)
GATHER = timedelta(seconds=20)  # troubles come in company: the first waits for the others
AGAIN_AFTER = timedelta(hours=24)
UNTOLD_FOR = timedelta(days=7)  # where nobody can be told
NOTE_EVERY_S = 60.0
RETRY_PING_S = 60.0
PINGS_LOST = 3
LOOK_BACK = timedelta(days=2)
OVERLAP = 500  # receipts read again: PostgreSQL may commit a lower number later
BATCH = 20_000  # receipts a look
RECEIVER_DOUBTS = ("receiver_not_heard", "cluster_not_enrolled")  # may yet be cleared up by its journal
BY_ORDER = ("stopped", "silenced")  # by `loa stop`, and as a receiver says it
READ_UP_TO = "told_receipts"


class Teller:
    """The voice of one station towards its people. `run` is called every few seconds by a lane of its own."""

    def __init__(self, site: Site, store: Store, post: Post | None = None) -> None:
        self.site, self.store, self.post = site, store, post or Post()
        self._noted: dict[tuple[str, str], tuple[float, Mapping[str, str]]] = {}
        self._missed: set[int] = set()  # occurrences missed as a whole that were noted
        self._told_at: datetime | None = None
        self._ping_due = 0.0
        self._pings_lost = 0

    def run(self, now: datetime, *, well: bool = True) -> None:
        """One pass: note what became of airings, tell what is due, and ping outside where the station is `well`."""
        self.watch_airings(now)
        self.tell(now)
        self.ping(now, well=well)

    def note(self, code: str, now: datetime, subject: str = "", **params: object) -> None:
        """Note something to be told. The same thing is written down at most once a minute."""
        facts = {name: masked(str(value)) for name, value in params.items()}
        last = self._noted.get((code, subject))
        if last is not None and last[1] == facts and self.post.monotonic() - last[0] < NOTE_EVERY_S:
            return
        self._noted[code, subject] = self.post.monotonic(), facts
        self.store.notice(code, subject, facts, now=now)

    def settle(self, codes: Collection[str], now: datetime, keep: Collection[tuple[str, str]] = frozenset()) -> None:
        """These are over, except `keep` (code, subject)."""
        for each in [each for each in self._noted if each[0] in codes and each not in keep]:
            del self._noted[each]
        self.store.settle_notices(codes, now, keep=keep)

    # --- airings ------------------------------------------------------------------------------------------------------

    def watch_airings(self, now: datetime) -> None:
        """Note what receipts since the last look say of airings that were missed, failed, cut off or are unknown."""
        read = int(self.store.recall(READ_UP_TO) or 0)
        last = self.store.next_receipt(read, BATCH)
        touched, troubles = self.store.airing_troubles(
            max(0, read - OVERLAP) if last > read else last, last, now - LOOK_BACK
        )
        for trouble in troubles:
            if _is_no_news(trouble):
                continue
            if trouble.id in touched or trouble.id not in self._missed:
                self._note_airing(trouble, now)
                self._missed.add(trouble.id)
        self._end_doubts(touched, troubles, now)
        if last > read:
            self.store.remember(READ_UP_TO, str(last), now)

    def _note_airing(self, trouble: AiringTrouble, now: datetime) -> None:
        occurrence = trouble.occurrence
        start = occurrence.start.astimezone(self.site.station.timezone)
        facts = {
            "title": occurrence.title,
            "programme": occurrence.programme,
            "slot": occurrence.slot,
            "start": f"{start:%d/%m %H:%M}",
            "medium": occurrence.medium.value,
            "count": str(trouble.count),
            "why": trouble.code or "reason_unknown",
        }
        code = AIRING_CODES[trouble.state]
        if trouble.state is State.INTERRUPTED:
            heard = heard_whole(self.store, trouble.id, self.site.root / "var" / "audio")
            if heard is not None:
                code = "airing_interrupted_after" if heard else "airing_interrupted_before"
                facts["bulletins"] = ", ".join(heard)
        self.store.notice(code, f"{trouble.id}/{trouble.code}", facts, now=now, once=True)

    def _end_doubts(self, touched: Collection[int], troubles: Iterable[AiringTrouble], now: datetime) -> None:
        """What was unknown and is known by now need not be told any more."""
        doubtful = {f"{each.id}/{each.code}" for each in troubles if each.state is State.UNKNOWN}
        code = AIRING_CODES[State.UNKNOWN]
        asked = [each for each in self.store.open_notices() if each.code == code] if touched else []
        over = [
            each.id for each in asked if int(each.subject.partition("/")[0]) in touched and each.subject not in doubtful
        ]
        if over:
            self.store.close_notices(over, now)

    # --- telling ------------------------------------------------------------------------------------------------------

    def tell(self, now: datetime) -> None:
        """Send one digest of what is due to everybody, unless one was sent within five minutes."""
        names = self.site.station.telling.to
        notices = self._forget(self.store.open_notices(), now)
        if not names:
            return
        due = [each for each in notices if is_due(each, now)]
        if self._told_at is None:
            self._told_at = max((each.told_at for each in notices if each.told_at), default=None)
        recent = self._told_at is not None and abs(now - self._told_at) < DIGEST_EVERY
        gathering = all(abs(now - each.first_at) < GATHER for each in due)
        if due and not recent and not gathering:
            self._tell_everybody(names, due, now)
        self._deliver_owed(names, now)

    def _forget(self, notices: Sequence[Notice], now: datetime) -> list[Notice]:
        """Without what was told and has not been seen since for a day."""
        old = {
            each.id
            for each in notices
            if abs(now - each.last_at) >= (AGAIN_AFTER if each.told_at else UNTOLD_FOR)
            and (each.told_at is None or abs(now - each.told_at) >= AGAIN_AFTER)
        }
        if old:
            self.store.close_notices(old, now)
        return [each for each in notices if each.id not in old]

    def _tell_everybody(self, names: Sequence[str], due: Sequence[Notice], now: datetime) -> None:
        ready = [name for name in names if self.post.address(name).not_before <= self.post.monotonic()]
        if not ready:
            return
        title, body = digest(self.site.station.name, due)
        said = self.post.send_all(ready, title, body)
        if all(said.values()):
            return  # told to nobody: it is composed anew once an address may be tried again
        self._told_at = now
        self.store.mark_told([each.id for each in due], now)
        for name in names:
            if said.get(name, "not_tried"):
                self.post.address(name).owed.append((title, body))

    def _deliver_owed(self, names: Sequence[str], now: datetime) -> None:
        for name in names:
            address = self.post.address(name)
            while address.owed and address.not_before <= self.post.monotonic():
                if self.post.send_all([name], *address.owed[0])[name]:
                    break
                address.owed.popleft()
        failing = [name for name in names if self.post.address(name).failures > 1]
        for name in failing:
            self.note("telling_failed", now, name, address=name)
        self.settle({"telling_failed"}, now, keep=[("telling_failed", name) for name in failing])

    # --- the dead man's ping ------------------------------------------------------------------------------------------

    def ping(self, now: datetime, *, well: bool) -> None:
        """Say outside that the station lives. Silent where it is not well: that silence is the alarm."""
        settings = self.site.station.telling
        if settings.ping is None or not well or self.post.monotonic() < self._ping_due:
            return
        code = self.post.call_outside(settings.ping)
        self._pings_lost = self._pings_lost + 1 if code else 0
        self._ping_due = self.post.monotonic() + (RETRY_PING_S if code else settings.ping_every.total_seconds())
        if self._pings_lost >= PINGS_LOST:
            self.note("ping_failed", now, address=settings.ping, why=code)
        elif not code and ("ping_failed", "") in self._noted:
            self.settle({"ping_failed"}, now)


def _is_no_news(trouble: AiringTrouble) -> bool:
    """Of a receiver it is told that it is out of contact; and what somebody had stopped that person knows of."""
    if trouble.state is State.UNKNOWN:
        return trouble.code in RECEIVER_DOUBTS
    return trouble.state in (State.INTERRUPTED, State.MISSED) and trouble.code in BY_ORDER


def is_due(notice: Notice, now: datetime) -> bool:
    """Never told, or told a day ago: what has not been seen since is no longer open then."""
    return notice.told_at is None or abs(now - notice.told_at) >= AGAIN_AFTER


def send_test(site: Site, post: Post) -> dict[str, str]:
    """Send a test to everybody, and outside: name of the variable → empty, or the code of what kept it back."""
    settings, station = site.station.telling, site.station.name
    body = "\n\n".join(say("tell_test_body", lang, station=station) for lang in LANGUAGES)
    said = post.send_all(settings.to, say("tell_test_title", "vi", station=station), body)
    return said | ({settings.ping: post.call_outside(settings.ping)} if settings.ping else {})
