"""One person's wish and a list's end, through the files and the station as well as the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from pipeline.addressees import DO_NOT_CONTACT, Addressees
from pipeline.app import Station, build_channels, open_store
from pipeline.cli.contact_requests import held_facts
from pipeline.contacts import ListFacts
from pipeline.domain import State
from pipeline.site import load_site
from tests.sites import approve_all, write_site

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SATURDAY = datetime(2026, 11, 28, 9, 0, 5, tzinfo=ZONE)
ANN, BOB, CAT = "84912345678", "84912345679", "84912345680"
DAY = timedelta(days=1)


class Office:
    """A site with its store, at a time one sets."""

    def __init__(self, root: Path) -> None:
        self.root, self.now = root, SATURDAY - timedelta(minutes=5)
        self.site, self.store = load_site(root), open_store(root)

    def people(self) -> Addressees:
        channels = build_channels(self.site, lambda: self.now)
        return Addressees(self.site, self.store, "shell:ann", lambda: self.now, channels)

    def bring(self, *numbers: str, list_id: str = "to-truong", **facts: object) -> None:
        file = self.root / "a.csv"
        file.write_text("phone,name\n" + "".join(f"{each},Mẫu {each[-2:]}\n" for each in numbers))
        self.people().bring(file, list_id, ListFacts(**{"basis": "QĐ 1", **facts}))  # type: ignore[arg-type]

    def send(self) -> None:
        self.now = SATURDAY
        station = Station.open(self.root, lambda: self.now)
        station.plan()
        station.send_due()
        station.confirm()
        station.close()

    def tables(self) -> str:
        """All that stands in the hand-over files, CSV and XLSX."""
        folder, found = self.root / "var" / "handover", []
        for path in sorted(folder.glob("*")):
            if path.suffix == ".xlsx":
                book = openpyxl.load_workbook(path)
                found += [str(cell) for row in book.active.iter_rows(values_only=True) for cell in row]
                book.close()
            else:
                found.append(path.read_text(encoding="utf-8-sig"))
        return "\n".join(found)

    def states(self) -> list[State]:
        rows = self.store.occurrences(SATURDAY - DAY, SATURDAY + DAY)
        return [each.state for row in rows for each in self.store.deliveries_of(row.id)]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    root = write_site(tmp_path / "site")
    approve_all(root)
    office = Office(root)
    yield office
    office.store.close()


def test_who_opts_out_is_taken_out_of_a_file_nobody_has_fetched(office: Office) -> None:
    office.bring(ANN, BOB)
    office.send()
    assert ANN in office.tables()
    done = office.people().leave_alone(ANN)
    assert (done.numbers, done.taken_out, done.stuck) == (1, 1, ())
    assert ANN not in office.tables()
    assert BOB in office.tables()
    assert office.states() == [State.CANCELLED, State.ACCEPTED]
    (batch,) = office.store.batches(SATURDAY - DAY, SATURDAY + DAY, office.now)
    assert batch.reasons == {"opted_out": 1}


def test_days_of_what_is_held_are_those_of_the_station(office: Office) -> None:
    office.bring(ANN)
    held = office.people().look(ANN)
    early = replace(held.contacts[0], since=datetime(2026, 11, 22, 22, 0, tzinfo=UTC), seen=None)
    (entry,) = held_facts(replace(held, contacts=(early,)), "849***", ZONE)["lists"]
    assert (entry["since"], entry["last_import"]) == ("2026-11-23", "")


def test_a_do_not_contact_list_wins_at_once(office: Office) -> None:
    office.bring(ANN, BOB)
    office.send()
    (office.root / "dnc.txt").write_text(f"0912 345 678\n{ANN}\n{CAT}\n113\n")
    done = office.people().leave_all_alone(office.root / "dnc.txt", DO_NOT_CONTACT)
    assert (done.numbers, done.repeated, done.taken_out) == (2, 1, 1)
    assert [(each.line, each.code) for each in done.rejected] == [(4, "service_number")]
    assert ANN not in office.tables()


def test_who_is_forgotten_stands_in_no_file_either(office: Office) -> None:
    office.bring(ANN, BOB)
    office.send()
    done = office.people().forget(ANN)
    assert (done.contacts, done.taken_out, done.marked, done.stuck) == (1, 1, True, ())
    assert ANN not in office.tables()
    assert BOB in office.tables()
    assert office.states() == [State.CANCELLED, State.ACCEPTED]


def test_what_may_have_gone_out_long_ago_is_not_called_taken_back(office: Office) -> None:
    office.bring(ANN, BOB)
    office.send()
    office.now = SATURDAY + 2 * DAY
    assert office.people().forget(ANN).taken_out == 1
    assert ANN not in office.tables()
    assert office.states() == [State.ACCEPTED, State.ACCEPTED]


def test_a_file_somebody_has_changed_is_named(office: Office) -> None:
    office.bring(ANN, BOB)
    office.send()
    (csv,) = (office.root / "var" / "handover").glob("*.csv")
    csv.write_text(csv.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    done = office.people().forget(ANN)
    assert done.stuck == (csv.relative_to(office.root).as_posix(),)


def test_the_next_import_says_who_was_forgotten_and_whom_nothing_is_sent_to(office: Office) -> None:
    office.bring(ANN, BOB, CAT, purpose="cảnh báo", retention_days=30)
    office.people().forget(ANN)
    office.people().leave_alone(BOB)
    (office.root / "a.csv").write_text(f"phone\n{ANN}\n{BOB}\n{CAT}\n")
    done = office.people().bring(office.root / "a.csv", "khac", ListFacts("QĐ 2"))
    assert [(each.line, each.code) for each in done.rows.rejected] == [(2, "forgotten")]
    assert {each.code: each.params.get("count") for each in done.problems} == {
        "list_without_purpose": None,
        "list_without_retention": None,
        "list_shares_numbers": "2",
        "list_left_alone": "1",
    }
    assert ANN not in str(done.problems)
    for name in ("a", "b", "c"):
        office.people().bring(office.root / "a.csv", name, ListFacts("QĐ 2"))
    done = office.people().bring(office.root / "a.csv", "d", ListFacts("QĐ 2"))
    (shared,) = [each for each in done.problems if each.code.startswith("list_shares")]
    assert (shared.params["others"], shared.params["most"]) == ("5", "a (2), b (2), c (2), …")


def test_a_number_that_was_forgotten_may_come_back_at_its_owners_wish(office: Office) -> None:
    office.bring(ANN)
    office.people().forget(ANN)
    assert office.people().welcome(ANN, "phiếu ngày 1/12")
    office.bring(ANN)
    assert office.store.contact_count("to-truong") == 1


def test_a_list_ends_by_itself_and_is_told_of_30_days_before(office: Office) -> None:
    office.bring(ANN, BOB, retention_days=60)
    brought = office.now

    def pass_at(now: datetime) -> dict[str, tuple[str, str]]:
        station = Station.open(office.root, lambda: now)
        station.tidy()
        station.close()
        notices = office.store.open_notices()
        return {each.code: (each.params["list"], each.params["count"]) for each in notices if "list" in each.params}

    assert pass_at(brought + 29 * DAY) == {}
    assert pass_at(brought + 30 * DAY) == {"contacts_expiring": ("to-truong", "2")}
    office.now = brought + 31 * DAY
    office.bring(ANN)
    assert pass_at(brought + 31 * DAY) == {"contacts_expiring": ("to-truong", "1")}
    assert pass_at(brought + 60 * DAY) == {"contacts_expired": ("to-truong", "1")}
    assert [each.phone for each in office.store.contacts_of("to-truong")] == [ANN]


def test_everybody_who_looked_or_changed_something_is_written_down_without_the_number(office: Office) -> None:
    office.bring(ANN, BOB)
    people = office.people()
    people.look(ANN)
    people.look(ANN, "contact_exported")
    people.leave_alone(ANN)
    people.welcome(ANN, "gọi điện")
    people.forget(ANN)
    entries = [each for each in office.store.audit_entries(20) if each.actor == "shell:ann"]
    assert [each.action for each in entries] == [
        "contacts_imported",
        "contact_shown",
        "contact_exported",
        "contact_opted_out",
        "contact_welcomed",
        "contact_forgotten",
    ]
    assert {each.subject for each in entries} == {"to-truong", "849******78"}
    assert "345678" not in str(entries)
    assert office.store.verify_audit() == []


def test_a_folder_that_cannot_be_written_is_named(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    office.bring(ANN, BOB)
    office.send()
    monkeypatch.setattr("pipeline.channels.handover.HandoverFolder.take_back", refuse)
    assert office.people().leave_alone(ANN).stuck == ("ban-giao",)
    done = office.people().forget(ANN)
    assert done.stuck[0] == "ban-giao"
    assert done.stuck[1].startswith("var/handover/")
