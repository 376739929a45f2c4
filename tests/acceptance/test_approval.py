"""How a station of two people lets nothing on air that nobody has accepted, as they type it."""

from __future__ import annotations

import os
import pty
import sqlite3
import subprocess
import termios
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.loa import LOA, Ran, loa
from tests.patience import PATIENCE_S
from tests.sites import FILES, SCRIPT, write_site

SECRET = "trâu xanh uống trà"
ONE, OTHER = "gia-danh-cong-an", "deepfake"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(f"{SECRET}\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with one approver that no test changes."""
    root = write_site(tmp_path_factory.mktemp("unchanged"))
    (root / "passphrase").write_text(SECRET, encoding="utf-8")
    add(root, root / "passphrase")
    return root


def add(site: Path, secret: Path, person: str = "lan", role: str = "approver") -> Ran:
    return loa("person", "add", person, "--name", "Thị Mẫu", "--role", role, "--passphrase-file", secret, site=site)


def approve(site: Path, *ids: str, by: str = "lan", passphrase: str = SECRET) -> Ran:
    return loa("bulletin", "approve", *ids, "--by", by, "--passphrase-file", "-", site=site, stdin=passphrase)


def approval(site: Path, bulletin: str) -> dict[str, object]:
    found: dict[str, object] = loa("bulletin", "show", bulletin, "--json", site=site).json["approval"]
    return found


def test_an_approver_accepts_bulletins_and_takes_one_back(site: Path, secret: Path) -> None:
    added = add(site, secret)
    assert (added.code, added.err) == (0, "")
    assert approval(site, ONE) == {"state": "not_approved", "by": []}
    approved = approve(site, ONE, OTHER)
    assert approved.code == 0, approved.err
    assert approved.out.count("Đã duyệt") == 2
    listed = loa("bulletin", "list", "--json", site=site).json["bulletins"]
    assert {each["id"]: each["approval"] for each in listed} == {
        name: {"state": "approved", "by": ["lan"]} for name in (ONE, OTHER)
    }
    withdrawn = loa("bulletin", "withdraw", OTHER, "--by", "lan", "--reason", "gọi 0912345678", site=site)
    assert withdrawn.code == 0, withdrawn.err
    assert approval(site, OTHER)["state"] == "bulletin_withdrawn"
    assert "đã rút" in loa("bulletin", "list", site=site).out
    assert approve(site, OTHER).code == 0
    assert approval(site, OTHER) == {"state": "approved", "by": ["lan"]}
    log = loa("audit", "list", site=site)
    assert [line.split()[0] for line in log.out.splitlines()] == ["1", "2", "3", "4", "5"]
    assert SECRET not in log.out
    assert "912345678" not in log.out
    verified = loa("audit", "verify", site=site)
    assert verified.code == 0


def test_a_change_of_the_text_voids_and_going_back_restores(site: Path, secret: Path) -> None:
    add(site, secret)
    approve(site, ONE)
    script = site / "scripts_audio" / f"{ONE}.md"
    script.write_text(SCRIPT.replace("113", "114"), encoding="utf-8")
    assert approval(site, ONE)["state"] == "approval_void"
    script.write_text(SCRIPT, encoding="utf-8")
    assert approval(site, ONE)["state"] == "approved"


def test_an_emergency_is_half_approved_until_a_second_person_agrees(tmp_path: Path, secret: Path) -> None:
    urgent = SCRIPT.replace("category: thu-doan", "category: phong-tranh\npriority: emergency")
    site = write_site(tmp_path / "site", {f"scripts_audio/{ONE}.md": urgent})
    add(site, secret)
    add(site, secret, "minh", "administrator")
    first = approve(site, ONE)
    assert first.code == 0
    assert "còn cần thêm một người" in first.out
    assert approval(site, ONE) == {"state": "second_approval_missing", "by": ["lan"]}
    assert approve(site, ONE, by="minh").code == 0
    assert approval(site, ONE) == {"state": "approved", "by": ["lan", "minh"]}


def test_an_editor_is_refused_and_told_whom_to_ask(site: Path, secret: Path) -> None:
    add(site, secret, "minh", "editor")
    refused = approve(site, ONE, by="minh")
    assert refused.code == 1
    assert "người soạn" in refused.err
    assert "editor_may_approve: true}" in refused.err
    assert approval(site, ONE)["state"] == "not_approved"


def test_a_wrong_passphrase_is_refused_and_five_of_them_lock(site: Path, secret: Path) -> None:
    add(site, secret)
    for _ in range(5):
        ran = approve(site, ONE, passphrase="đoán mò thôi")
        assert ran.code == 1
        assert "sai" in ran.err
    assert "tạm khóa" in approve(site, ONE).err
    assert approval(site, ONE)["state"] == "not_approved"
    entries = loa("audit", "list", "--json", site=site).json["entries"]
    assert [each["action"] for each in entries] == ["person_added", *["passphrase_wrong"] * 5]
    assert loa("person", "passphrase", "lan", "--passphrase-file", secret, site=site).code == 0
    assert approve(site, ONE).code == 0


def test_what_nobody_can_read_aloud_is_named_and_the_rest_is_approved(tmp_path: Path, secret: Path) -> None:
    site = write_site(tmp_path / "site", {f"scripts_audio/{ONE}.md": SCRIPT.replace("hãy gọi 113", "mã QXZW")})
    add(site, secret)
    ran = loa("bulletin", "approve", ONE, OTHER, "--by", "lan", "--passphrase-file", secret, "--json", site=site)
    assert ran.code == 1
    assert [each["id"] for each in ran.json["approved"]] == [OTHER]
    assert [(each["id"], each["code"]) for each in ran.json["refused"]] == [(ONE, "tokens_unread")]
    assert "QXZW" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("bulletin", "approve", "deepfak", "--by", "lan"), 2),
        (("bulletin", "approve", OTHER, "deepfak", "--by", "lan"), 2),
        (("bulletin", "approve", "--by", "lan"), 2),
        (("bulletin", "approve", OTHER, "--by", "lna"), 1),
        (("bulletin", "approve", OTHER), 2),
        (("bulletin", "withdraw", "deepfak"), 2),
        (("bulletin", "withdraw", OTHER, "--by", "lna"), 1),
        (("person", "add", "Lan", "--name", "Lan", "--role", "editor"), 2),
        (("person", "add", "lan", "--name", "Lan", "--role", "editor"), 1),
        (("person", "add", "minh", "--name", "", "--role", "editor"), 2),
        (("person", "add", "minh", "--name", "Minh", "--role", "boss"), 2),
        (("person", "disable", "minh"), 1),
        (("person", "passphrase", "minh"), 1),
    ],
)
def test_wrong_arguments_change_nothing(unchanged: Path, arguments: tuple[str, ...], code: int) -> None:
    given = () if arguments[1] in ("withdraw", "disable") else ("--passphrase-file", unchanged / "passphrase")
    ran = loa(*arguments, *given, site=unchanged)
    assert ran.code == code, ran.err
    assert ran.err
    with closing(sqlite3.connect(unchanged / "var" / "loa.db")) as database:
        assert database.execute("SELECT action FROM audit").fetchall() == [("person_added",)]


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"seven77\n", b"one line\nand another\n", b"\xff\xfe\xfd\xfc long enough"]
)
def test_passphrases_that_cannot_be_one_are_refused(site: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "given"
    file.write_bytes(content)
    ran = add(site, file)
    assert ran.code == 2
    assert (
        not (site / "var" / "loa.db").exists() or len(loa("person", "list", "--json", site=site).json["persons"]) == 0
    )


def test_a_passphrase_is_the_same_with_any_line_end_and_byte_order_mark(site: Path, tmp_path: Path) -> None:
    file = tmp_path / "windows.txt"
    file.write_bytes(b"\xef\xbb\xbf" + SECRET.encode() + b"\r\n")
    assert add(site, file).code == 0
    assert approve(site, ONE, passphrase=SECRET).code == 0


def test_without_a_passphrase_and_a_terminal_it_says_what_to_give(site: Path, secret: Path) -> None:
    add(site, secret)
    ran = loa("bulletin", "approve", ONE, "--by", "lan", site=site)
    assert ran.code == 2
    assert "--passphrase-file" in ran.err


def test_a_weak_passphrase_is_taken_with_a_warning(site: Path, tmp_path: Path) -> None:
    file = tmp_path / "weak"
    file.write_text("12345678")
    ran = add(site, file)
    assert ran.code == 0
    assert "dễ đoán" in ran.err
    assert "12345678" not in ran.err + ran.out


def test_people_are_listed_disabled_and_brought_back(site: Path, secret: Path) -> None:
    assert loa("person", "list", site=site).code == 0
    assert not (site / "var").exists()  # looking makes nothing
    add(site, secret)
    disabled = loa("person", "disable", "lan", site=site)
    assert disabled.code == 0
    assert "không còn ai được phép duyệt" in disabled.err
    listed = loa("person", "list", "--json", site=site).json["persons"]
    assert listed == [{"id": "lan", "name": "Thị Mẫu", "role": "approver", "disabled": True}]
    assert approve(site, ONE).code == 1
    assert loa("person", "enable", "lan", site=site).code == 0
    assert approve(site, ONE).code == 0


def test_a_bulletin_can_be_withdrawn_though_every_file_is_broken(site: Path, secret: Path) -> None:
    add(site, secret)
    approve(site, ONE)
    for name in ("config/station.yaml", f"scripts_audio/{ONE}.md"):
        (site / name).write_text(": broken", encoding="utf-8")
    assert loa("bulletin", "withdraw", ONE, site=site).code == 0
    for name in ("config/station.yaml", f"scripts_audio/{ONE}.md"):
        (site / name).write_text(FILES[name], encoding="utf-8")
    assert approval(site, ONE)["state"] == "bulletin_withdrawn"


def test_a_broken_bulletin_is_called_broken_not_unknown(site: Path, secret: Path) -> None:
    add(site, secret)
    (site / "scripts_audio" / f"{ONE}.md").write_text("---\ntitle: x\n---\n", encoding="utf-8")
    ran = approve(site, ONE)
    assert ran.code == 2
    assert "loa check" in ran.err


def test_an_entry_changed_in_the_database_is_found(site: Path, secret: Path) -> None:
    add(site, secret)
    approve(site, ONE)
    with closing(sqlite3.connect(site / "var" / "loa.db")) as database, database:
        database.execute("DROP TRIGGER audit_keep_update")
        database.execute("UPDATE audit SET actor = 'minh' WHERE id = 2")
    ran = loa("audit", "verify", "--json", site=site)
    assert ran.code == 1
    assert [(each["code"], each["entry"]) for each in ran.json["findings"]] == [("audit_changed", 2)]
    assert "đã bị sửa" in ran.err


def test_at_a_terminal_the_words_are_shown_before_the_passphrase_is_asked_for(site: Path, secret: Path) -> None:
    add(site, secret)
    ours, theirs = pty.openpty()
    command = [LOA, "--site", str(site), "bulletin", "approve", ONE, "--by", "lan"]
    environ = {**os.environ, "LOA_LANG": "vi"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, start_new_session=True)
    os.close(theirs)
    said = ""
    with os.fdopen(ours, "rb+", buffering=0) as terminal:
        while "Mật khẩu của lan" not in said:
            said += terminal.read(4096).decode("utf-8", "replace")
        while termios.tcgetattr(ours)[3] & termios.ECHO:  # what is typed before the echo is off is thrown away
            os.sched_yield()
        terminal.write(f"{SECRET}\n".encode())
        try:
            while piece := terminal.read(4096):
                said += piece.decode("utf-8", "replace")
        except OSError:  # how a terminal says that the far end is gone
            pass
    assert process.wait(PATIENCE_S) == 0, said
    shown, _, after = said.partition("Mật khẩu của lan")
    for words in ("hãy gọi một một ba", "113 → một một ba", "Canh bao: cong an", "không có bí mật nhà nước"):
        assert words in shown
    assert "Đã duyệt" in after
    assert SECRET not in said
