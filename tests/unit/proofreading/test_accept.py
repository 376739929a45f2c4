"""What somebody has looked at and means so, and what blocks an approval."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.approval import Contents
from pipeline.fields import Reading
from pipeline.messages import CATALOGUE, render
from pipeline.proofreading import Weight, reading_list
from pipeline.proofreading.findings import GAPS, WEIGHTS, Finding
from pipeline.scripts import read_script
from tests.unit.proofreading.desk import bulletin, found, site, told

SCRIPT = """\
---
title: Một bản tin
topic: "14"
category: thu-doan
source: {name: Công an xã, ref: 01/TB}
sms: "Canh bao bit.ly/abc"
accept: [QXZW, 'không có']
---
  Mã QXZW của của bà con.
"""


@pytest.mark.parametrize(
    "text", ["Mã QXZW.", "Xem bit.ly/abc.", "Gọi 0912.345.678.", "Tiền của của ai.", "Hãy gọi l13."]
)
def test_what_is_accepted_as_written_is_lifted_and_nothing_else(text: str) -> None:
    ((_, written),) = told(text)
    assert told(text, accept=(written,)) == []
    assert [each.accepted for each in found(text, accept=(written,))] == [True]
    assert (told(text, accept=(written + "x",))[-1][0] == "accept_unused") or len(told(text, accept=("x",))) == 2


@pytest.mark.parametrize("text", ["Kính thưa bà con [tên xã].", "Ngày 5 tháng   năm 2026.", "Gọi {số điện thoại}."])
def test_a_gap_of_a_template_is_filled_in_and_never_accepted(text: str) -> None:
    gaps = [each for each in found(text) if each.code in GAPS]
    assert gaps
    kept = [each for each in found(text, accept=tuple(each.written for each in gaps)) if each.code in GAPS]
    assert [(each.accepted, each.blocks) for each in kept] == [(False, True)] * len(gaps)


def test_accept_is_compared_to_the_letter() -> None:
    assert ("unread_token", "QXZW") in told("Mã QXZW.", accept=("qxzw",))
    decomposed = unicodedata.normalize("NFD", "cuả")
    script = SCRIPT.replace("QXZW,", f"{decomposed},").replace("QXZW", "cuả")
    text = read_script(script, "scripts_audio/a.md", Reading(), root=Path())
    assert text is not None
    assert [each.code for each in found_in(text) if each.accepted] == ["misspelled"]


def found_in(text: object) -> list[Finding]:
    from pipeline.domain import Bulletin
    from pipeline.proofreading import proofread

    assert isinstance(text, Bulletin)
    return proofread(text, site())


def test_places_of_the_file_are_exact_in_text_and_front_matter() -> None:
    text = read_script(SCRIPT, "scripts_audio/a.md", Reading(), root=Path())
    assert text is not None
    places = {(each.code, each.written): (each.line, each.column) for each in found_in(text)}
    assert places == {
        ("unread_token", "QXZW"): (9, 6),
        ("words_doubled", "của của"): (9, 11),
        ("link_shortened", "bit.ly/abc"): (6, 16),
        ("sms_fact_missing", "bit.ly/abc"): (6, 16),
        ("accept_unused", "không có"): (7, 17),
    }


def test_an_sms_over_several_lines_keeps_the_place_of_its_beginning() -> None:
    script = SCRIPT.replace('"Canh bao bit.ly/abc"', ">-\n  Canh bao\n  bit.ly/abc")
    text = read_script(script, "scripts_audio/a.md", Reading(), root=Path())
    assert text is not None
    (link,) = (each for each in found_in(text) if each.code == "link_shortened")
    assert link.line == 6


def test_blocking_findings_are_named_with_their_places_and_numbers_masked() -> None:
    contents = Contents(site())
    code, params = contents.flaw(bulletin("Gọi 0912.345.678 hoặc\nxem bit.ly/abc."))
    assert code == "text_blocked"
    assert params["places"] == "scripts_audio/a.md:10:5 “091*****78”, scripts_audio/a.md:11:5 “bit.ly/abc”"
    assert "345" not in render(code, params)[0]


def test_unread_tokens_come_first_and_accepted_ones_are_lifted() -> None:
    contents = Contents(site())
    assert contents.flaw(bulletin("Mã QXZW và bit.ly/abc."))[0] == "tokens_unread"
    assert contents.flaw(bulletin("Mã QXZW và bit.ly/abc.", accept=("QXZW",)))[0] == "text_blocked"
    assert contents.flaw(bulletin("Mã QXZW và bit.ly/abc.", accept=("QXZW", "bit.ly/abc"))) == ("", {})


def test_what_was_accepted_is_part_of_the_content() -> None:
    contents, text = Contents(site()), bulletin("Mã QXZW.")
    one, other = replace(text, accept=("QXZW", "a")), replace(text, accept=("a", "QXZW"))
    assert contents.digest(one) == contents.digest(other) != contents.digest(text)


def test_warnings_and_advice_keep_nothing_from_approval() -> None:
    assert Contents(site()).flaw(bulletin("Tiền của của ai (xem sau).")) == ("", {})


def test_the_reading_list_has_places_and_marks_what_is_accepted() -> None:
    text = bulletin("Gọi 113.\n\nMã QXZW và WQJZ.", accept=("QXZW",))
    entries = reading_list(text, Contents(site()).speech(text))
    assert [(each.reading.written, each.line, each.column, each.wants_reading) for each in entries] == [
        ("113", 10, 5, False),
        ("QXZW", 12, 4, False),
        ("WQJZ", 12, 12, True),
    ]
    assert [each.reading.is_risky for each in entries] == [True, True, True]


@pytest.mark.parametrize("code", sorted(WEIGHTS))
def test_every_weighed_code_has_its_sentence(code: str) -> None:
    assert CATALOGUE[code].vi
    assert CATALOGUE[code].hint_vi
    assert WEIGHTS[code] is not Weight.WARNING


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_sentence_of_a_finding_has_holes(language: str) -> None:
    texts = found(
        "Tiền của của ai, xã.UBND và vàUBND, cuả thưc l13 (. Ngày 31/02/2026. Bà Lê Thị Na (62 tuổi, ở xã A) bị lừa. "
        "Gọi 0912345678.",
        sms="[x] goi 156 a@gmail.com bit.ly/x",
        accept=("y",),
    )
    assert len(texts) > 12
    for each in texts:
        message, hint = render(each.code, each.params, "vi" if language == "vi" else "en")
        assert "{" not in message.replace("{write", "")
        assert "…" not in hint
        assert hint
