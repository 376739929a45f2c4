"""From a station to a file and back: nothing half, nothing altered, nothing aired twice because of it."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.app import Station, open_store, sole_station
from pipeline.backup import acknowledge, copy_daily, daily_copies, make_backup, mend, restore
from pipeline.backup import archive as archives
from pipeline.domain import State
from pipeline.errors import ConflictError, ContentError, StoreError
from tests.sites import FILES, write_site
from tests.stores import Person

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AIR = datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)
DAY = timedelta(days=1)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = write_site(tmp_path / "site")
    with closing(open_store(root)) as store:
        store.import_contacts("to-truong", "Quyết định 1", [Person("84912345678")], now=NOON)
        store.audit("loa", "tested", "", {}, NOON)
    return root


def lists(root: Path) -> list[str]:
    with closing(open_store(root)) as store:
        return sorted(store.contact_lists())


class TestBackup:
    def test_it_comes_back_on_another_machine_with_its_key(self, site: Path, tmp_path: Path) -> None:
        made = make_backup(site, NOON, tmp_path / "usb")
        assert made.path.name == "loa-20261123-120000.tar.gz"
        assert made.keys is not None
        assert [oct(each.stat().st_mode & 0o777) for each in (made.path, made.keys)] == ["0o600", "0o600"]
        fresh = tmp_path / "fresh"
        done = restore(fresh, made.path, NOON, made.keys)
        assert (done.aside, done.database, done.key) == (None, True, "")
        for name, text in FILES.items():
            assert (fresh / name).read_text(encoding="utf-8") == text
        with closing(open_store(fresh)) as store:
            assert [each.phone for each in store.contacts_of("to-truong")] == ["84912345678"]
            assert store.verify_audit() == []
        assert oct((fresh / "var/keys/contacts.key").stat().st_mode & 0o777) == "0o600"

    def test_the_keys_are_not_in_the_archive(self, site: Path) -> None:
        made = make_backup(site, NOON)
        with tarfile.open(made.path) as tar:
            assert not [name for name in tar.getnames() if "key" in name]
        key = (site / "var/keys/contacts.key").read_bytes()
        with gzip.open(made.path) as packed:
            assert key.split()[-1] not in packed.read()

    def test_without_its_key_it_says_so(self, site: Path, tmp_path: Path) -> None:
        made = make_backup(site, NOON)
        assert restore(tmp_path / "fresh", made.path, NOON).key == "contacts_key_missing"

    def test_it_is_one_moment_although_somebody_writes(self, site: Path, tmp_path: Path) -> None:
        with closing(open_store(site)) as store:
            store.remember("a", "1", NOON)
            raw = sqlite3.connect(site / "var/loa.db", isolation_level=None)
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("UPDATE memory SET value = '2' WHERE key = 'a'")
            made = make_backup(site, NOON)
            raw.execute("COMMIT")
            raw.close()
        restore(tmp_path / "fresh", made.path, NOON)
        with closing(open_store(tmp_path / "fresh")) as store:
            assert store.recall("a") == "1"

    def test_only_so_many_are_kept_with_their_keys(self, site: Path) -> None:
        folder = site / "var" / "backup"
        for day in range(4):
            made = make_backup(site, NOON + day * DAY, keep=2)
        assert sorted(each.name for each in folder.iterdir()) == [
            "loa-20261125-120000.keys.tar.gz",
            "loa-20261125-120000.tar.gz",
            "loa-20261126-120000.keys.tar.gz",
            "loa-20261126-120000.tar.gz",
        ]
        assert len(made.removed) == 1

    def test_two_in_one_second_do_not_overwrite_each_other(self, site: Path) -> None:
        assert make_backup(site, NOON).path != make_backup(site, NOON).path

    def test_a_failure_leaves_no_file(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> tuple[int, str]:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(archives, "_add", full)
        with pytest.raises(StoreError) as caught:
            make_backup(site, NOON)
        assert caught.value.code == "backup_unwritable"
        assert list((site / "var" / "backup").iterdir()) == []
        assert not list((site / "var").glob(".scratch-*"))

    def test_a_link_that_leads_out_is_left_out(self, site: Path, tmp_path: Path) -> None:
        (tmp_path / "secret.md").write_text("secret")
        (site / "scripts_audio" / "link.md").symlink_to(tmp_path / "secret.md")
        with tarfile.open(make_backup(site, NOON).path) as tar:
            assert "scripts_audio/link.md" not in tar.getnames()

    def test_postgres_is_left_to_its_own_tools(
        self, site: Path, emptied_postgres: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("LOA_DATABASE_URL", emptied_postgres)
        made = make_backup(site, NOON)
        assert made.database == "postgresql"
        with tarfile.open(made.path) as tar:
            assert "var/loa.db" not in tar.getnames()
            assert "config/station.yaml" in tar.getnames()
        assert restore(tmp_path / "fresh", made.path, NOON).database is False


class TestRestore:
    def test_the_old_is_moved_aside_and_nothing_of_it_is_lost(self, site: Path) -> None:
        made = make_backup(site, NOON)
        changed = FILES["config/topics.yaml"] + "# đổi\n"
        write_site(site, {"config/topics.yaml": changed})
        with closing(open_store(site)) as store:
            store.import_contacts("danh-ba-moi", "Quyết định 2", [Person("84987654321")], now=NOON)
        done = restore(site, made.path, NOON + DAY)
        assert done.aside == site / "var.before-20261124-120000"
        assert lists(site) == ["to-truong"]
        assert (site / "config/topics.yaml").read_text(encoding="utf-8") == FILES["config/topics.yaml"]
        assert (done.aside / "config/topics.yaml").read_text(encoding="utf-8") == changed
        with closing(sqlite3.connect(done.aside / "var/loa.db")) as old:
            assert old.execute("SELECT count(*) FROM contact_lists").fetchone() == (2,)
        assert done.key == ""

    def test_not_while_a_station_runs(self, site: Path) -> None:
        made = make_backup(site, NOON)
        with sole_station(site), pytest.raises(ConflictError) as caught:
            restore(site, made.path, NOON)
        assert caught.value.code == "station_running"

    def test_a_daily_copy_alone_brings_the_database_back(self, site: Path) -> None:
        with closing(open_store(site)) as store:
            copy = copy_daily(store, site, NOON)
            store.import_contacts("danh-ba-moi", "Quyết định 2", [Person("84987654321")], now=NOON)
        assert copy is not None
        restore(site, copy, NOON)
        assert lists(site) == ["to-truong"]

    def test_a_move_that_fails_puts_everything_back(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        made = make_backup(site, NOON)
        before = tree(site)
        real, calls = shutil.move, []

        def failing(source: Path, target: Path) -> object:
            calls.append(source)
            if len(calls) == 5:
                raise OSError(5, "Input/output error")
            return real(source, target)

        monkeypatch.setattr(shutil, "move", failing)
        with pytest.raises(StoreError) as caught:
            restore(site, made.path, NOON)
        assert caught.value.code == "restore_unwritable"
        assert tree(site) == before

    def test_a_database_of_a_later_loa_is_refused_and_nothing_is_moved(self, site: Path) -> None:
        with closing(sqlite3.connect(site / "var/loa.db")) as raw:
            raw.execute("UPDATE alembic_version SET version_num = '9999'")
            raw.commit()
        copy = site / "var" / "backup" / "loa-20261122-120000.db"
        copy.parent.mkdir()
        shutil.copyfile(site / "var/loa.db", copy)
        before = tree(site)
        with pytest.raises(StoreError) as caught:
            restore(site, copy, NOON)
        assert caught.value.code == "store_newer"
        assert tree(site) == before

    @pytest.mark.parametrize("name", ["nowhere.tar.gz", "config"])
    def test_a_file_that_is_not_there_is_named(self, site: Path, name: str) -> None:
        with pytest.raises(ContentError) as caught:
            restore(site, site / name, NOON)
        assert caught.value.code == "backup_missing_file"

    def test_the_keys_are_no_station(self, site: Path) -> None:
        made = make_backup(site, NOON)
        assert made.keys is not None
        for files in ((made.keys, None), (made.path, made.path)):
            with pytest.raises(ContentError):
                restore(site, files[0], NOON, files[1])


def tree(root: Path) -> dict[str, bytes]:
    """Every file of a site but locks and what SQLite keeps beside its database."""
    passing = ("station.lock", "loa.db-shm", "loa.db-wal", "loa.db")
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name not in passing
    }


Spoil = Callable[[Path], None]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    content = bytearray(gzip.decompress(path.read_bytes()))
    place = content.index("Đài thử nghiệm".encode())
    content[place + 1] ^= 1
    path.write_bytes(gzip.compress(bytes(content)))


def garbage(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 nothing of ours" * 100)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def rebuilt(change: Callable[[dict[str, bytes]], list[tarfile.TarInfo]]) -> Spoil:
    """The archive written anew, with a correct manifest of its plain files, after `change`."""

    def spoil(path: Path) -> None:
        with tarfile.open(path) as tar:
            files = {each.name: tar.extractfile(each).read() for each in tar}  # type: ignore[union-attr]
        strange = change(files)
        with tarfile.open(path, "w:gz") as tar:
            for info in strange:
                tar.addfile(info, io.BytesIO(b"x" * info.size) if info.isreg() else None)
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))

    return spoil


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0) -> Spoil:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, size
    return rebuilt(lambda _: [info])


def dropped(name: str) -> Spoil:
    def change(files: dict[str, bytes]) -> list[tarfile.TarInfo]:
        del files[name]
        return []

    return rebuilt(change)


def of_later_format(files: dict[str, bytes]) -> list[tarfile.TarInfo]:
    files["manifest.json"] = json.dumps({**json.loads(files["manifest.json"]), "format": 2}).encode()
    return []


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(cut, id="cut in half"),
        pytest.param(flip, id="one bit changed"),
        pytest.param(garbage, id="something else"),
        pytest.param(empty, id="nothing"),
        pytest.param(dropped("config/areas.yaml"), id="a file is gone"),
        pytest.param(dropped("manifest.json"), id="no manifest"),
        pytest.param(member("config/zzz.yaml", size=1), id="a file too many"),
        pytest.param(member("../evil", size=1), id="a file outside"),
        pytest.param(member("config/../../evil", size=1), id="a file outside by detour"),
        pytest.param(member("/srv/loa-evil", size=1), id="an absolute path"),
        pytest.param(member("config/link", tarfile.SYMTYPE, "/etc/passwd"), id="a link"),
        pytest.param(member("config/hard", tarfile.LNKTYPE, "config/areas.yaml"), id="a hard link"),
        pytest.param(member("config/pipe", tarfile.FIFOTYPE), id="a pipe"),
        pytest.param(member("var/playout/x", size=1), id="a place nobody backs up"),
        pytest.param(rebuilt(of_later_format), id="a later format"),
    ],
)
def test_what_was_changed_is_refused_and_nothing_is_touched(site: Path, tmp_path: Path, spoil: Spoil) -> None:
    made = make_backup(site, NOON, tmp_path / "usb")
    spoil(made.path)
    before = tree(tmp_path)
    with pytest.raises(ContentError) as caught:
        restore(site, made.path, NOON)
    assert caught.value.code.startswith("backup_")
    assert tree(tmp_path) == before


def test_an_archive_that_swells_is_refused(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_backup(site, NOON)
    monkeypatch.setattr(archives, "MAX_BYTES", 50_000)
    with pytest.raises(ContentError):
        restore(site, made.path, NOON)


class TestDailyCopy:
    def test_one_a_day_and_seven_are_kept(self, site: Path) -> None:
        with closing(open_store(site)) as store:
            for hours in range(0, 24 * 10, 6):
                copy_daily(store, site, NOON + timedelta(hours=hours))
        names = [each.name for each in daily_copies(site)]
        assert len(names) == 7
        assert names[0].startswith("loa-20261203-")
        assert len({name[:12] for name in names}) == 7

    def test_it_is_a_whole_database_in_one_file_for_its_owner_only(self, site: Path) -> None:
        with closing(open_store(site)) as store:
            copy = copy_daily(store, site, NOON)
        assert copy is not None
        assert oct(copy.stat().st_mode & 0o777) == "0o600"
        assert sorted(each.name for each in copy.parent.iterdir()) == [copy.name]


def overwrite(path: Path) -> None:
    path.write_bytes(b"this is not a database" * 1000)


def tear(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:40960] = b"\xa5" * (40960 - 4096)
    path.write_bytes(content)


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGES = pytest.mark.parametrize("damage", [overwrite, tear, halve, empty, Path.unlink])


class TestMending:
    @DAMAGES
    def test_the_last_copy_takes_the_place_of_a_damaged_database(self, site: Path, damage: Spoil) -> None:
        with closing(open_store(site)) as store:
            copy_daily(store, site, NOON)
        settle_down(site)
        damage(site / "var/loa.db")
        mended = mend(site / "var/loa.db", daily_copies(site), NOON + DAY)
        assert mended is not None
        assert mended.code == "database_restored"
        assert lists(site) == ["to-truong"]
        assert mend(site / "var/loa.db", daily_copies(site), NOON + DAY) is None

    @pytest.mark.parametrize("damage", [overwrite, tear, halve, empty])
    def test_a_damaged_copy_gives_way_to_the_one_before(self, site: Path, damage: Spoil) -> None:
        with closing(open_store(site)) as store:
            copy_daily(store, site, NOON - DAY)
            copy_daily(store, site, NOON)
        settle_down(site)
        damage(daily_copies(site)[0])
        overwrite(site / "var/loa.db")
        mended = mend(site / "var/loa.db", daily_copies(site), NOON)
        assert mended is not None
        assert mended.copy == "loa-20261122-120000.db"

    def test_without_any_copy_it_begins_anew_and_keeps_the_damaged_one(self, site: Path) -> None:
        settle_down(site)
        overwrite(site / "var/loa.db")
        mended = mend(site / "var/loa.db", [], NOON)
        assert mended is not None
        assert mended.code == "database_fresh"
        assert (mended.aside / "loa.db").read_bytes().startswith(b"this is not")
        assert lists(site) == []

    def test_a_whole_database_and_none_at_all_are_left_alone(self, site: Path, tmp_path: Path) -> None:
        assert mend(site / "var/loa.db", [], NOON) is None
        assert mend(tmp_path / "never.db", [], NOON) is None

    def test_nothing_that_may_have_gone_out_since_the_copy_goes_out_again(self, site: Path) -> None:
        with closing(Station.open(site, lambda: NOON)) as station:
            station.plan()
            copy_daily(station.store, site, NOON)
        with closing(Station.open(site, lambda: AIR)) as station:
            station.produce(1)
        settle_down(site)
        overwrite(site / "var/loa.db")
        later = AIR + timedelta(minutes=3)
        mend(site / "var/loa.db", daily_copies(site), later)
        with closing(Station.open(site, lambda: later)) as station:
            assert acknowledge(station) == "database_restored"
            station.plan()
            station.send_due()
            rows = station.store.occurrences(NOON, NOON + 7 * DAY)
            found = {f"{row.occurrence.start.astimezone(ZONE):%d %H:%M}": row for row in rows}
            states = {each.state for each in station.store.deliveries_of(found["23 17:00"].id)}
            codes = {each.code for each in station.store.deliveries_of(found["23 17:00"].id)}
            assert (states, codes) == ({State.MISSED}, {"database_restored"})
            assert found["25 17:00"].counts == {State.PLANNED: 2}
            assert [each.code for each in station.store.open_notices()] == ["database_restored"]
            assert acknowledge(station) == ""
        assert not list((site / "var" / "playout").rglob("*.m3u8"))

    def test_a_restoring_is_an_entry_that_says_which_entries_went_with_the_database(self, site: Path) -> None:
        with closing(open_store(site)) as store:
            store.audit("an", "kept", "", {}, NOON)
            copy_daily(store, site, NOON)
            store.audit("an", "lost", "", {}, NOON)
        settle_down(site)
        overwrite(site / "var/loa.db")
        mend(site / "var/loa.db", daily_copies(site), NOON)
        with closing(Station.open(site, lambda: NOON)) as station:
            assert [each.code for each in station.store.verify_audit()] == ["audit_cut"]
            acknowledge(station)
            assert station.store.verify_audit() == []
            assert [each.action for each in station.store.audit_entries(9)][-2:] == ["kept", "database_restored"]
            station.store.audit("an", "later", "", {}, NOON)
        head = (site / "var/audit-head").read_text(encoding="ascii").splitlines()
        (site / "var/audit-head").write_text(f"{head[0]}\n99 {'ab' * 32}\n", encoding="ascii")
        with closing(open_store(site)) as store:
            assert [each.code for each in store.verify_audit()] == ["audit_cut"]

    @pytest.mark.parametrize(
        ("before_air", "state"), [(timedelta(minutes=9), State.MISSED), (timedelta(minutes=11), State.PLANNED)]
    )
    def test_what_may_already_lie_with_a_player_is_not_handed_over_again(
        self, site: Path, before_air: timedelta, state: State
    ) -> None:
        settle_down(site)
        overwrite(site / "var/loa.db")
        now = AIR - before_air
        mend(site / "var/loa.db", [], now)
        with closing(Station.open(site, lambda: now)) as station:
            assert acknowledge(station) == "database_fresh"
            station.plan()
            (row,) = station.store.occurrences(NOON, NOON + DAY)
            assert {each.state for each in station.store.deliveries_of(row.id)} == {state}

    def test_a_kill_between_mending_and_acting_on_it_changes_nothing(self, site: Path) -> None:
        settle_down(site)
        overwrite(site / "var/loa.db")
        mend(site / "var/loa.db", [], AIR)
        assert mend(site / "var/loa.db", [], AIR) is None
        with closing(Station.open(site, lambda: AIR)) as station:
            assert acknowledge(station) == "database_fresh"

    def test_new_rows_have_numbers_that_no_lost_row_had(self, site: Path) -> None:
        with closing(Station.open(site, lambda: NOON)) as station:
            station.plan()
            before = [row.id for row in station.store.occurrences(NOON, NOON + 9 * DAY)]
        settle_down(site)
        overwrite(site / "var/loa.db")
        mend(site / "var/loa.db", [], NOON)
        with closing(Station.open(site, lambda: NOON)) as station:
            acknowledge(station)
            station.plan()
            rows = station.store.occurrences(NOON, NOON + 9 * DAY)
            deliveries = [each.id for row in rows for each in station.store.deliveries_of(row.id)]
        assert before
        assert min(deliveries) > NOON.timestamp() * 1000
        assert min(row.id for row in rows) > NOON.timestamp() * 1000


def settle_down(site: Path) -> None:
    """Bring everything into the one file, as a clean end does."""
    with closing(sqlite3.connect(site / "var/loa.db")) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture(autouse=True)
def own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOA_DATABASE_URL", raising=False)
