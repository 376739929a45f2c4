"""The fast lane as the handbook tells it: its own commands, from the warning to a confirmed airing.

Each command of the handbook runs once as a process of its own; what varies around it runs within this one.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.acceptance.loa import Ran, here, loa
from tests.channel_cases import fake_player
from tests.sites import AREAS, CHANNELS, STATION, TOPICS, write_site

ROOT = Path(__file__).parents[2]
HANDBOOK = ROOT / "docs" / "vi" / "ban-tin.md"
PASSPHRASE = "mưa nguồn chớp bể 1971"
ID = "gia-danh-can-bo"
ALWAYS = STATION.replace('"05:00-06:30": daily, "17:00-19:00": daily', '"00:00-24:00": daily')
FILES: dict[str, str | None] = {
    "config/station.yaml": ALWAYS + "clock: {trust: always}\n",
    "config/topics.yaml": TOPICS + "  - {id: nguoi-lao-dong, name: Người lao động}\n",
    "config/areas.yaml": AREAS.replace("area: an-quang, channel: thu-muc", "area: an-quang, channel: may-tram"),
    "config/channels.yaml": CHANNELS.replace("  ban-giao:", "  may-tram: {type: sound_card, device: loa}\n  ban-giao:"),
}


def commands(page: Path) -> list[list[str]]:
    """The commands of the first section that has any, as the page shows them."""
    section = next(part for part in page.read_text(encoding="utf-8").split("\n## ") if "\n    loa " in part)
    return [shlex.split(line)[1:] for line in section.splitlines() if line.startswith("    loa ")]


def person(site: Path) -> None:
    given = ("--role", "approver", "--passphrase-file", "-")
    added = here("person", "add", "lan", "--name", "Lan", *given, site=site, stdin=PASSPHRASE)
    assert added.code == 0, added.err


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A site where nobody may decide yet."""
    return write_site(tmp_path / "site", FILES)


@pytest.fixture
def site(bare: Path) -> Path:
    """A site with somebody who approves and a device that plays."""
    person(bare)
    fake_player(bare.parent / "bin")
    return bare


def run(site: Path, *arguments: str, by: Callable[..., Ran] = here) -> Ran:
    path = f"{site.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    stdin = PASSPHRASE if "approve" in arguments else ""
    return by(*arguments, *(("--passphrase-file", "-") if stdin else ()), site=site, stdin=stdin, PATH=path)


def lead(site: Path, *ids: str) -> dict[str, object]:
    found = here("bulletin", "lead", *ids, "--json", site=site).json["bulletins"]
    assert len(found) == 1
    facts: dict[str, object] = found[0]
    return facts


def test_both_handbooks_show_the_same_way() -> None:
    assert commands(HANDBOOK) == commands(ROOT / "docs" / "bulletins.md")


def test_the_commands_of_the_handbook_bring_a_warning_to_the_air(site: Path) -> None:
    wanted = commands(HANDBOOK)
    assert [each[:2] for each in wanted if each[0] == "bulletin"] == [
        ["bulletin", step] for step in ("templates", "new", "show", "approve", "lead")
    ]
    for each in wanted:
        ran = run(site, *each, by=loa)
        assert ran.code == 0, (each, ran.err)
    assert len((site.parent / "bin" / "aplay.log").read_text().splitlines()) == 1
    facts = lead(site)
    assert facts["id"] == ID
    assert facts["confirmed"] is not None
    confirmed, minutes = facts["confirmed"], facts["minutes"]
    assert isinstance(confirmed, dict)
    assert (confirmed["evidence"], confirmed["medium"]) == ("player", "loudspeaker")
    moments = [facts["received"], facts["approved"], confirmed["at"]]
    in_order = [datetime.fromisoformat(str(each)) for each in moments]
    assert in_order == sorted(in_order)
    assert isinstance(minutes, dict)
    assert all(minutes[name] is not None for name in minutes)
    table = here("bulletin", "lead", site=site).out
    assert "máy của đài phát" in table


def test_a_folder_takes_it_and_nobody_claims_that_it_sounded(tmp_path: Path) -> None:
    root = write_site(tmp_path / "site", {**FILES, "config/areas.yaml": AREAS})
    person(root)
    for each in commands(HANDBOOK):
        assert run(root, *each).code == 0
    facts = lead(root, ID)
    assert facts["handed_over"] is not None
    assert facts["confirmed"] is None
    minutes = facts["minutes"]
    assert isinstance(minutes, dict)
    assert minutes["approved_to_handed_over"] is not None
    assert (minutes["approved_to_confirmed"], minutes["received_to_confirmed"]) == (None, None)


def test_what_is_left_open_is_named_with_its_line_and_cannot_be_approved(site: Path) -> None:
    ran = run(site, "bulletin", "new", "moi", "--template", "thu-doan-moi", "--topic", "14")
    assert ran.code == 0, ran.err
    script = (site / "scripts_audio" / "moi.md").read_text(encoding="utf-8").splitlines()
    places = re.findall(r"^  scripts_audio/moi\.md:(\d+):(\d+): \[([^\]]+)\]", ran.out, re.MULTILINE)
    assert len(places) == 13
    for line, column, name in places:
        assert script[int(line) - 1][int(column) - 1 :].startswith(f"[{name}")
    assert "loa bulletin approve moi" in ran.out
    refused = run(site, "bulletin", "approve", "moi", "--by", "lan")
    assert refused.code == 1
    assert "moi.md:" in refused.err


def test_one_gap_left_in_the_source_is_enough_to_keep_it_off_the_air(site: Path) -> None:
    filled = next(each for each in commands(HANDBOOK) if "new" in each)
    without_source = [each for each in filled if not each.startswith("đơn vị")]
    at = without_source.index("--set", without_source.index("tên xã=An Quang"))
    assert run(site, *without_source[:at], *without_source[at + 1 :]).code == 0
    refused = run(site, "bulletin", "approve", ID, "--by", "lan")
    assert refused.code == 1
    assert f"{ID}.md:" in refused.err


def test_nothing_is_ever_written_over(bare: Path) -> None:
    new = ("bulletin", "new", "bat-coc", "--template", "bat-coc-online")
    assert run(bare, *new).code == 0
    path = bare / "scripts_audio" / "bat-coc.md"
    before = path.read_bytes()
    again = run(bare, *new)
    assert again.code == 2
    assert "scripts_audio/bat-coc.md" in again.err
    assert path.read_bytes() == before
    path.unlink()
    (bare / "scripts_audio" / "cu").mkdir()
    (bare / "scripts_audio" / "cu" / "bat-coc.md").write_text("hỏng", encoding="utf-8")
    assert run(bare, *new).code == 2  # a broken script in a subfolder has that id too
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Bắt cóc", "--template", "bat-coc-online"), "bat-coc"),
        (("../ngoai", "--template", "bat-coc-online"), "ngoai"),
        (("a" * 65, "--template", "bat-coc-online"), "không dùng làm mã được"),
        (("moi", "--template", "bat-coc"), "bat-coc-online"),
        (("moi", "--template", "thu-doan-moi"), "--topic"),
        (("moi", "--template", "thu-doan-moi", "--topic", "99"), "99"),
        (("moi", "--template", "bat-coc-online", "--set", "tên xã"), "--set"),
        (("moi", "--template", "bat-coc-online", "--set", "tên làng=A"), "đơn vị xác nhận"),
        (("moi", "--template", "bat-coc-online", "--set", "đơn vị xác nhận=[x]"), "ngoặc vuông"),
        (("moi", "--template", "bat-coc-online", "--received", "2999-01-01T00:00"), "ngày"),
        (("moi", "--template", "bat-coc-online", "--received", "2199-01-01T00:00"), "01/01/2199"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_remedy(bare: Path, arguments: tuple[str, ...], told: str) -> None:
    before = sorted((bare / "scripts_audio").iterdir())
    ran = run(bare, "bulletin", "new", *arguments)
    assert ran.code == 2
    assert re.search(told, ran.err)
    assert sorted((bare / "scripts_audio").iterdir()) == before


def test_a_station_without_dated_bulletins_is_told_what_to_write(tmp_path: Path) -> None:
    root = write_site(tmp_path, {})
    ran = here("bulletin", "lead", site=root)
    assert ran.code == 0
    assert "received" in ran.out
    assert here("bulletin", "lead", "--json", site=root).json == {"bulletins": []}
    assert here("bulletin", "lead", "khong-co", site=root).code == 2
    assert not (root / "var").exists()
