"""A script is read to a bulletin, and its text to the letter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.domain import Bulletin, Category, Priority, Source
from pipeline.fields import Reading
from pipeline.scripts import read_script

NAME = "scripts_audio/xa/gia-danh.md"

WHOLE = """\
---
title: "Giả danh công an: chiêu cũ"
topic: 14
category: thu-doan
audience: [nguoi-cao-tuoi, phu-nu]
priority: priority
source: {name: Công an thành phố Hải Phòng, ref: 01/TB, date: 2024-01-05}
expires: 2027-12-31
audio: ghi-am.mp3
sms: "Canh bao: goi 113"
---

Thưa bà con.
Đoạn một.

Đoạn hai. ---
"""


def _read(text: str, root: Path, name: str = NAME) -> tuple[Bulletin | None, list[str]]:
    reading = Reading()
    bulletin = read_script(text, name, reading, root=root)
    return bulletin, [each.code for each in reading.problems]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "scripts_audio" / "xa").mkdir(parents=True)
    (tmp_path / "scripts_audio" / "xa" / "ghi-am.mp3").write_bytes(b"mp3")
    return tmp_path


def test_every_key_arrives_in_the_bulletin(root: Path) -> None:
    assert _read(WHOLE, root) == (
        Bulletin(
            id="gia-danh",
            title="Giả danh công an: chiêu cũ",
            topic="14",
            category=Category.TRICK,
            source=Source("Công an thành phố Hải Phòng", "01/TB", date(2024, 1, 5)),
            text="Thưa bà con.\nĐoạn một.\n\nĐoạn hai. ---",
            audience=("nguoi-cao-tuoi", "phu-nu"),
            priority=Priority.PRIORITY,
            expires=date(2027, 12, 31),
            audio="scripts_audio/xa/ghi-am.mp3",
            sms="Canh bao: goi 113",
            file=NAME,
            line=13,
        ),
        [],
    )


def test_what_is_optional_may_be_absent(root: Path) -> None:
    text = "---\ntitle: A\ntopic: a\ncategory: phap-luat\nsource: {name: B}\n---  \nLời đọc.\n"
    bulletin, codes = _read(text, root)
    assert not codes
    assert bulletin is not None
    assert (bulletin.audience, bulletin.priority, bulletin.expires) == ((), Priority.ROUTINE, None)
    assert (bulletin.audio, bulletin.sms, bulletin.source.date, bulletin.line) == (None, None, None, 7)


def test_only_a_fence_of_three_ends_the_front_matter(root: Path) -> None:
    text = WHOLE.replace('sms: "Canh bao: goi 113"', "sms: |\n  Canh bao\n  ----\n  113")
    bulletin, codes = _read(text, root)
    assert not codes
    assert bulletin is not None
    assert bulletin.sms == "Canh bao\n----\n113"


def test_expiry_on_the_day_of_the_source_is_allowed(root: Path) -> None:
    assert not _read(WHOLE.replace("2027-12-31", "2024-01-05"), root)[1]


@pytest.mark.parametrize("audio", ["a/../ghi-am.mp3", "..", "\\\\may\\ghi-am.mp3", "http://x/ghi-am.mp3", "~/a.mp3"])
def test_a_recording_lies_beside_its_script(root: Path, audio: str) -> None:
    assert _read(WHOLE.replace("ghi-am.mp3", f"'{audio}'"), root)[1] == ["script_audio_outside"]


def test_a_linked_recording_may_not_lead_out_of_the_scripts(root: Path) -> None:
    (root / "bi-mat.mp3").write_bytes(b"mp3")
    (root / "scripts_audio" / "xa" / "x.mp3").symlink_to(root / "bi-mat.mp3")
    assert _read(WHOLE.replace("ghi-am", "x"), root)[1] == ["script_audio_outside"]


def test_a_recording_must_be_a_file_with_something_in_it(root: Path) -> None:
    (root / "scripts_audio" / "xa" / "x.mp3").mkdir()
    (root / "scripts_audio" / "xa" / "y.mp3").touch()
    (root / "scripts_audio" / "xa" / "z.mp3").symlink_to("z.mp3")
    assert _read(WHOLE.replace("ghi-am", "x"), root)[1] == ["script_audio_missing"]
    assert _read(WHOLE.replace("ghi-am", "y"), root)[1] == ["script_audio_empty"]
    assert _read(WHOLE.replace("ghi-am", "z"), root)[1] == ["script_audio_missing"]


@pytest.mark.parametrize(("characters", "codes"), [(1530, []), (1531, ["sms_many_parts"])])
def test_an_sms_of_more_than_ten_parts_is_a_warning_and_stays(root: Path, characters: int, codes: list[str]) -> None:
    bulletin, found = _read(WHOLE.replace("Canh bao: goi 113", "a" * characters), root)
    assert found == codes
    assert bulletin is not None


def test_an_emergency_is_questioned_for_a_trick_only(root: Path) -> None:
    text = WHOLE.replace("priority: priority", "priority: emergency")
    assert _read(text, root)[1] == ["emergency_for_trick"]
    assert _read(text.replace("thu-doan", "phong-tranh"), root)[1] == []


def test_any_error_keeps_the_bulletin_out(root: Path) -> None:
    for broken in (WHOLE.replace("2027-12-31", "2027-13-31"), WHOLE.replace("sms:", "title: B\nsms:")):
        bulletin, codes = _read(broken, root)
        assert bulletin is None
        assert len(codes) == 1


@pytest.mark.parametrize("name", ["Giả danh", "README", "gia_danh", "a" * 65, "-a", ""])
def test_a_file_name_that_is_no_id_is_an_error(root: Path, name: str) -> None:
    bulletin, codes = _read(WHOLE.replace("audio: ghi-am.mp3\n", ""), root, f"scripts_audio/{name}.md")
    assert (bulletin, codes) == (None, ["bad_file_name"])


def test_a_text_of_hours_is_refused(root: Path) -> None:
    assert _read(f"{WHOLE}{'a' * 100_001}", root)[1] == ["script_text_too_long"]


def test_problems_of_the_front_matter_and_of_the_text_come_together(root: Path) -> None:
    text = "---\ntitle: A\ntopic: a\ncategory: b\n---\n"
    assert sorted(_read(text, root)[1]) == ["bad_choice", "key_missing", "script_text_empty"]
