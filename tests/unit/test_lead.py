"""How long a warning took to the air: every step after the one before it, nothing claimed that nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from pipeline.domain import Approval, Evidence, Medium, Priority, State, Withdrawal
from pipeline.fields import parse_moment
from pipeline.lead import Lead, leads
from pipeline.site import Site, load_site
from pipeline.store import Decisions, FirstReceipt, Store
from tests.sites import SCRIPT, write_site

RECEIVED = datetime(2026, 11, 22, 8, 15, tzinfo=UTC) - timedelta(hours=7)
ID = "gia-danh-cong-an"


class Told:
    """Answers as a store does."""

    def __init__(self, decided: Decisions, said: list[FirstReceipt]) -> None:
        self.decided, self.said = decided, said

    def all_decisions(self) -> dict[str, Decisions]:
        return {ID: self.decided}

    def first_receipts(self) -> list[FirstReceipt]:
        return self.said


def at(minutes: float) -> datetime:
    return RECEIVED + timedelta(minutes=minutes)


def approval(minutes: float, digest: str = "a", person: str = "lan") -> Approval:
    return Approval(ID, digest, person, at(minutes))


def said(minutes: float, state: State = State.ACCEPTED, *bulletins: str) -> FirstReceipt:
    evidence = Evidence.PLAYER if state is State.CONFIRMED else Evidence.NONE
    return FirstReceipt(bulletins or (ID,), Medium.LOUDSPEAKER, state, evidence, at(minutes))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    script = SCRIPT.replace("category:", "received: 2026-11-22T08:15\ncategory:")
    return load_site(write_site(tmp_path_factory.mktemp("site"), {f"scripts_audio/{ID}.md": script}))


def lead_of(
    site: Site,
    *approvals: Approval,
    receipts: list[FirstReceipt] | None = None,
    withdrawals: tuple[Withdrawal, ...] = (),
    **changes: Any,
) -> Lead:
    bulletin = replace(site.bulletins[ID], **changes)
    told = Told(Decisions(approvals, withdrawals), receipts or [])
    (found,) = leads(replace(site, bulletins={ID: bulletin}), cast(Store, told), [ID])
    return found


def test_the_moment_of_the_script_is_the_station_s(site: Site) -> None:
    assert site.bulletins[ID].received == RECEIVED


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-22T08:15", (2026, 11, 22, 8, 15)),
        ("2026-11-22 8:15", (2026, 11, 22, 8, 15)),
        ("2028-02-29T00:00", (2028, 2, 29, 0, 0)),
        *(
            (each, None)
            for each in ("2026-11-22", "08:15", "2026-02-30T08:15", "2026-11-22T24:00", "2026-11-22T08:15Z")
        ),
        *(
            (each, None)
            for each in ("22/11/2026 08:15", "2026-11-22T08:15:00", "2026-11-22T08:15+07:00", "", "٢026-11-22T08:15")
        ),
    ],
)
def test_a_moment_is_a_day_and_a_minute_by_the_station_s_clock(typed: str, meant: tuple[int, ...] | None) -> None:
    found = parse_moment(typed)
    assert (found and (found.year, found.month, found.day, found.hour, found.minute)) == meant


def test_every_step_counts_from_the_one_before(site: Site) -> None:
    found = lead_of(site, approval(25), receipts=[said(26), said(31, State.CONFIRMED)])
    assert (found.to_approval, found.to_hand_over) == (timedelta(minutes=25), timedelta(minutes=1))
    assert (found.to_air, found.in_all) == (timedelta(minutes=6), timedelta(minutes=31))
    assert found.confirmed is not None
    assert found.confirmed.evidence is Evidence.PLAYER


def test_what_was_only_handed_over_was_not_aired(site: Site) -> None:
    found = lead_of(site, approval(25), receipts=[said(26)])
    assert found.handed_over is not None
    assert (found.confirmed, found.to_air, found.in_all) == (None, None, None)


def test_an_airing_of_what_was_approved_before_the_warning_does_not_count(site: Site) -> None:
    old = [said(-60), said(-55, State.CONFIRMED), said(10, State.CONFIRMED)]
    found = lead_of(site, approval(-90), approval(25, "b"), receipts=[*old, said(40, State.CONFIRMED)])
    assert found.approved == at(25)
    assert found.confirmed is not None
    assert found.confirmed.at == at(40)


def test_a_later_mending_does_not_lengthen_the_way(site: Site) -> None:
    found = lead_of(site, approval(25), approval(300, "b"), receipts=[said(30, State.CONFIRMED)])
    assert (found.approved, found.in_all) == (at(25), timedelta(minutes=30))


def test_other_bulletins_do_not_count(site: Site) -> None:
    found = lead_of(site, approval(25), receipts=[said(26, State.CONFIRMED, "deepfake")])
    assert (found.handed_over, found.confirmed) == (None, None)


def test_without_an_approval_nothing_is_claimed(site: Site) -> None:
    found = lead_of(site, receipts=[said(26, State.CONFIRMED)])
    assert (found.approved, found.handed_over, found.confirmed) == (None, None, None)


def test_without_the_moment_of_the_warning_the_steps_after_it_are_still_known(site: Site) -> None:
    found = lead_of(site, approval(25), receipts=[said(31, State.CONFIRMED)], received=None)
    assert (found.to_approval, found.to_air, found.in_all) == (None, timedelta(minutes=6), None)


def test_an_emergency_is_approved_by_the_second_person(site: Site) -> None:
    urgent = {"priority": Priority.EMERGENCY}
    assert lead_of(site, approval(5), approval(6), **urgent).approved is None
    assert lead_of(site, approval(5), approval(9, person="minh"), **urgent).approved == at(9)
    assert lead_of(site, approval(5), approval(9, "b", "minh"), **urgent).approved is None


def test_two_approvals_with_a_withdrawal_between_them_are_not_two(site: Site) -> None:
    taken = (Withdrawal(ID, "lan", "", at(7)),)
    given = (approval(5), approval(9, person="minh"))
    assert lead_of(site, *given, withdrawals=taken, priority=Priority.EMERGENCY).approved is None
    again = lead_of(site, *given, approval(11), withdrawals=taken, priority=Priority.EMERGENCY)
    assert again.approved == at(11)


def test_a_site_without_a_database_knows_what_its_files_say(site: Site) -> None:
    (found,) = leads(site, None, [ID])
    assert (found.received, found.approved) == (RECEIVED, None)
    assert found.written is not None
    assert leads(replace(site, root=Path("/nowhere")), None, [ID])[0].written is None
