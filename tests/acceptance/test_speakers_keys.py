"""An operator enrols receivers, shuts one out, turns keys over and sets up a broker, by commands."""

from __future__ import annotations

import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.app import open_store
from pipeline.backup import make_backup, restore
from pipeline.fleet.keys import FOLDER, Keys
from pipeline.fleet.opening import Office
from pipeline.protocol.enrolment import EnrolmentCode
from pipeline.site import load_site
from pipeline.store import Store
from tests.acceptance.loa import here, loa
from tests.sites import AREAS, CHANNELS, write_site

RECEIVER = "an-quang-01"
WITHOUT_BROKER = '  may-thu: {type: receiver, listen: "127.0.0.1:8443", address: "https://loa.xa.example:8443"}\n'
WITH_BROKER = WITHOUT_BROKER.replace('8443"}', '8443", broker: "mqtts://127.0.0.1:8883"}')


def site_with(root: Path, channel: str) -> Path:
    areas = AREAS.replace("channel: thu-muc, address: {folder: an-quang-01}", "channel: may-thu")
    channels = CHANNELS.replace("sms:", channel + "sms:", 1)
    return write_site(root, {"config/areas.yaml": areas, "config/channels.yaml": channels})


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return site_with(tmp_path / "site", WITH_BROKER)


def certify(root: Path, receiver: str, serial: str = "abc") -> None:
    """A machine that used its code."""
    with closing(open_store(root)) as store:
        now = datetime.now(UTC)
        office = Office(load_site(root), store, lambda: now, "test")
        office.keys.codes_key()
        assert office.authority.pem
        office.register.certified(receiver, serial, datetime(2028, 1, 1, tzinfo=UTC), now, anew=True)


def test_a_code_is_shown_once_and_says_what_to_type_at_the_receiver(site: Path) -> None:
    ran = loa("speakers", "enrol", RECEIVER, site=site)
    assert ran.code == 0
    code = ran.out.strip()
    assert EnrolmentCode.read(code).text == code
    assert f"loa receiver enrol --station https://loa.xa.example:8443 --code {code}" in ran.err
    kept = b"".join(each.read_bytes() for each in (site / "var").rglob("*") if each.is_file())
    assert EnrolmentCode.read(code).secret.encode() not in kept
    said = here("speakers", "enrol", RECEIVER, "--json", "--valid", "1d", site=site).json
    assert set(said) == {"receiver", "code", "expires", "station", "replaces"}
    assert said["replaces"] is False


def test_who_enrols_a_name_that_is_taken_is_told_what_happens_to_the_old_machine(site: Path) -> None:
    certify(site, RECEIVER)
    ran = here("speakers", "enrol", RECEIVER, site=site)
    assert ran.code == 0
    assert "máy cũ bị từ chối" in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["enrol", "khong-co"], "không có cụm loa nào tên “khong-co”"),
        (["enrol", "an-quang-1"], "gần nhất là: an-quang-01"),
        (["enrol", "an-hung-01"], "dùng kênh “thu-muc”"),
        (["enrol", "../an-quang-01"], "không có cụm loa"),
        (["enrol", RECEIVER, "--valid", "8d"], "thời hạn “8d” không đúng"),
        (["enrol", RECEIVER, "--valid", "30s"], "ít nhất 1 phút"),
        (["enrol", RECEIVER, "--valid", "soon"], "thời hạn “soon” không đúng"),
        (["revoke", "khong-co", "--yes"], "chưa có máy nào ghi danh"),
        (["revoke", RECEIVER], "--yes"),
        (["broker", "--out", "a b"], "service_path"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(site: Path, arguments: list[str], words: str) -> None:
    ran = here("speakers", *arguments, site=site)
    assert ran.code == 2
    assert words in ran.err or words == "service_path"
    assert ran.out == ""


def test_a_site_without_receivers_says_how_to_have_some(tmp_path: Path) -> None:
    ran = here("speakers", "enrol", RECEIVER, site=write_site(tmp_path / "site"))
    assert ran.code == 2
    assert "type: receiver, listen:" in ran.err
    assert not (tmp_path / "site" / FOLDER).exists()


def test_who_is_revoked_counts_no_more_and_his_code_neither(site: Path) -> None:
    certify(site, RECEIVER)
    code = here("speakers", "enrol", RECEIVER, site=site).out
    ran = here("speakers", "revoke", RECEIVER, "--yes", "--json", site=site)
    assert ran.json == {"receiver": RECEIVER, "certificates": 1, "broker_told": False}
    with closing(open_store(site)) as store:
        office = Office(load_site(site), store, lambda: datetime.now(UTC), "test")
        assert not office.register.enrolled(RECEIVER, "abc")
        assert [each.serial for each in office.register.revoked()] == ["abc"]
        assert office.register.code(EnrolmentCode.read(code).id) is None or _is_over(store, code)
    again = here("speakers", "revoke", RECEIVER, "--yes", site=site)
    assert again.code == 0, "once more does no harm"
    assert "không còn chứng thư nào" in again.out
    assert "0 chứng thư" not in again.out
    assert "mosquitto" not in again.err, "nobody went, so there is nothing to tell it"


def _is_over(store: Store, code: str) -> bool:
    found = store.enrolment_code(EnrolmentCode.read(code).id)
    return found is not None and found.expires <= datetime.now(UTC)


def test_keys_are_shown_turned_over_and_revoked(site: Path) -> None:
    first = here("speakers", "keys", "show", "--json", site=site).json
    assert [each["state"] for each in first["keys"]] == ["current"]
    assert here("speakers", "keys", "rotate", "--days", "3", site=site).code == 0
    second = here("speakers", "keys", "show", "--json", site=site).json
    assert [each["state"] for each in second["keys"]] == ["current", "still"]
    assert second["keyring"] > first["keyring"]
    assert second["station"] == first["station"]
    stolen = second["keys"][0]["id"]
    assert here("speakers", "keys", "revoke", stolen, site=site).code == 2, "it asks first"
    assert here("speakers", "keys", "revoke", stolen, "--yes", site=site).code == 0
    third = here("speakers", "keys", "show", "--json", site=site).json
    assert third["revoked"] == [stolen]
    again = here("speakers", "keys", "revoke", stolen, "--yes", site=site)
    assert (again.code, "không có khóa ký" in again.err) == (2, True)
    shown = here("speakers", "keys", "show", site=site).out
    assert "đang ký" in shown
    assert "đã thu hồi" in shown
    said = here("audit", "list", site=site).out
    assert f"thu hồi khóa ký {stolen}" in said
    assert "thay khóa ký" in said


def test_lost_keys_are_never_replaced_in_silence(site: Path) -> None:
    certify(site, RECEIVER)
    for each in (site / FOLDER).iterdir():
        each.unlink()
    for arguments in (
        ["enrol", RECEIVER],
        ["keys", "show"],
        ["keys", "rotate"],
        ["broker", "--out", str(site / "mqtt")],
    ):
        ran = here("speakers", *arguments, site=site)
        assert ran.code == 1
        assert "phục hồi var/keys" in ran.err
    assert [each.name for each in (site / FOLDER).iterdir()] == []


def test_keys_that_are_lost_for_good_are_made_anew_once_everybody_is_revoked(site: Path) -> None:
    certify(site, RECEIVER)
    certify(site, "an-hung-01", "def")
    for each in (site / FOLDER).iterdir():
        each.unlink()
    for receiver in (RECEIVER, "an-hung-01"):
        assert here("speakers", "revoke", receiver, "--yes", site=site).code == 0
    assert here("speakers", "enrol", RECEIVER, site=site).code == 0


def test_the_keys_of_receivers_come_back_with_the_backup_of_the_keys(site: Path, tmp_path: Path) -> None:
    certify(site, RECEIVER)
    ring = here("speakers", "keys", "show", "--json", site=site).json
    made = make_backup(site, datetime.now(UTC), tmp_path / "usb")
    restore(tmp_path / "fresh", made.path, datetime.now(UTC), made.keys)
    fresh = tmp_path / "fresh"
    assert here("speakers", "keys", "show", "--json", site=fresh).json == ring
    assert stat.S_IMODE((fresh / "var" / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((fresh / FOLDER / "root.key").stat().st_mode) == 0o600
    assert Keys.open(fresh / FOLDER, lambda: datetime.now(UTC), known=True).codes_key()


def test_the_brokers_folder_is_complete_and_says_how_to_start(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "mqtt"
    ran = here("speakers", "broker", "--out", str(out), site=site)
    assert ran.code == 0
    assert f"sudo cp {out}/loa-broker.service" in ran.out
    assert "8883" in ran.out
    names = {"mosquitto.conf", "access", "ca.pem", "crl.pem", "server.key", "server.pem", "loa-broker.service", "data"}
    assert names <= {each.name for each in out.iterdir()}
    before = (out / "server.pem").read_bytes()
    assert here("speakers", "broker", "--out", str(out), site=site).code == 0
    assert (out / "server.pem").read_bytes() == before, "receivers need not meet another certificate"


def test_a_revocation_reaches_the_brokers_files_at_once(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "mqtt"
    here("speakers", "broker", "--out", str(out), site=site)
    certify(site, RECEIVER)
    here("speakers", "revoke", RECEIVER, "--yes", site=site)
    assert f"topic deny loa/1/{RECEIVER}/#" in (out / "access").read_text()
    assert (out / "revoked").read_text() == "abc\n"
    certify(site, RECEIVER, "def")
    with closing(open_store(site)) as store:
        Office(load_site(site), store, lambda: datetime.now(UTC), "test").write_broker(out)
    assert "deny" not in (out / "access").read_text()


def test_a_channel_without_a_broker_says_what_to_add(tmp_path: Path) -> None:
    site = site_with(tmp_path / "site", WITHOUT_BROKER)
    ran = here("speakers", "broker", "--out", str(tmp_path / "mqtt"), site=site)
    assert ran.code == 2
    assert "mqtts://127.0.0.1:8883" in ran.err
    assert not (tmp_path / "mqtt").exists()


def test_a_folder_that_cannot_be_written_is_named(site: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = here("speakers", "broker", "--out", str(tmp_path / "file" / "mqtt"), site=site)
    assert ran.code == 2
    assert "file/mqtt" in ran.err
