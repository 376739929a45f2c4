"""An operator writes, the proofreader answers, somebody approves what is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.loa import loa
from tests.sites import SCRIPT, write_site

SECRET = "trâu xanh uống trà"
FILE, NAME = "scripts_audio/gia-danh-cong-an.md", "gia-danh-cong-an"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = write_site(tmp_path / "site", {FILE: SCRIPT.replace("hãy gọi 113", "mã QXZW, gọi 113 hoặc 0912.345.678")})
    (root / "passphrase").write_text(SECRET, encoding="utf-8")
    added = loa(
        "person",
        "add",
        "lan",
        "--name",
        "Lan",
        "--role",
        "approver",
        "--passphrase-file",
        root / "passphrase",
        site=root,
    )
    assert added.code == 0
    return root


def test_check_names_line_and_column_and_never_fails_for_a_text(site: Path) -> None:
    ran = loa("check", "--json", site=site)
    assert ran.code == 0
    found = {(each["line"], each["column"], each["code"], each["severity"]) for each in ran.json["problems"]}
    assert found == {(10, 25, "unread_token", "warning"), (10, 44, "phone_private", "warning")}
    assert "345" not in ran.out


def test_what_is_wrong_blocks_until_it_is_mended_or_accepted(site: Path) -> None:
    approve = ("bulletin", "approve", NAME, "--by", "lan", "--passphrase-file", site / "passphrase")
    refused = loa(*approve, "--json", site=site)
    assert (refused.code, refused.json["refused"][0]["code"]) == (1, "tokens_unread")
    script = site / FILE
    script.write_text(
        script.read_text(encoding="utf-8").replace("---\nThưa", "accept: [QXZW]\n---\nThưa"), encoding="utf-8"
    )
    blocked = loa(*approve, "--json", site=site)
    assert (blocked.code, blocked.json["refused"][0]["code"]) == (1, "text_blocked")
    assert f"{FILE}:11:44" in blocked.json["refused"][0]["message"]
    assert "345" not in blocked.out + blocked.err
    script.write_text(script.read_text(encoding="utf-8").replace("[QXZW]", "[QXZW, 0912.345.678]"), encoding="utf-8")
    assert loa(*approve, site=site).code == 0
    assert loa("check", "--json", site=site).json == {"problems": []}
    script.write_text(script.read_text(encoding="utf-8").replace("[QXZW,", "[QXZW, thừa,"), encoding="utf-8")
    shown = loa("bulletin", "show", NAME, "--json", site=site).json
    assert shown["approval"]["state"] == "approval_void"  # another acceptance is another content
    assert [each["code"] for each in shown["findings"] if each["code"] == "accept_unused"] == ["accept_unused"]


def test_show_lays_open_readings_findings_and_sms(site: Path) -> None:
    shown = loa("bulletin", "show", NAME, site=site).out
    lines = [line.strip() for line in shown.splitlines()]
    unread, hotline = (next(line for line in lines if part in line) for part in ("QXZW →", "113 →"))
    assert unread.startswith("✗  10:25")
    assert hotline.startswith("⚠  10:35")
    assert lines.index(unread) < lines.index(hotline)
    assert any(line.startswith(f"✗ {FILE}:10:44") for line in lines)
    assert "(GSM-7, 1 phần)" in lines
    facts = loa("bulletin", "show", NAME, "--json", site=site).json
    assert {"speech", "readings", "unread", "findings", "sms_segments", "airtime_s"} <= set(facts)
    (token,) = facts["unread"]
    assert (token["written"], token["line"], token["column"], token["accepted"]) == ("QXZW", 10, 25, False)


def test_say_warns_of_what_it_can_only_spell(site: Path, tmp_path: Path) -> None:
    ran = loa("say", "Mã QXZW.", "-o", tmp_path / "a.mp3", site=site)
    assert ran.code == 0
    assert "QXZW" in ran.err
