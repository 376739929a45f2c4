"""Bulletins from templates: gaps filled, gaps left and told, nothing broken by what people type."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.domain import Bulletin
from pipeline.errors import ContentError
from pipeline.fields import Reading
from pipeline.proofreading import proofread
from pipeline.scripts import read_script
from pipeline.site import load_site
from pipeline.sms import measure
from pipeline.templates import GAP, compose, find, gaps, templates
from tests.sites import write_site

WHEN = datetime(2026, 11, 22, 8, 15, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
AUDIENCES = ("nguoi-cao-tuoi", "nguoi-lao-dong", "phu-huynh", "thanh-nien", "ho-kinh-doanh")
NEW_TRICKS = ("bat-coc-online", "gia-danh-can-bo-sau-sap-nhap", "ung-dung-dich-vu-cong-gia")
NAMES = (*NEW_TRICKS, "thu-doan-moi")
NASTY = [
    'An "Quang"',
    "An \\ Quang",
    "a: b # c",
    "{x} & *y !z",
    "'Công an' %",
    "- gạch",
    "\\1 \\g<0>",
]


def composed(name: str, title: str = "", **values: str) -> str:
    given = {key.replace("_", " "): value for key, value in values.items()}
    return compose(find(name), topic="14", received=WHEN, audience=AUDIENCES, title=title, values=given)


def read(text: str) -> Bulletin:
    reading = Reading()
    bulletin = read_script(text, "scripts_audio/moi.md", reading, root=Path())
    assert not reading.problems
    assert bulletin is not None
    return bulletin


def test_there_are_templates_for_the_new_tricks_and_for_an_unknown_one() -> None:
    assert tuple(sorted(templates())) == tuple(sorted(NAMES))


@pytest.mark.parametrize("name", NAMES)
def test_a_new_bulletin_is_a_script_before_its_gaps_are_filled(name: str) -> None:
    bulletin = read(composed(name))
    assert bulletin.topic == "14"
    assert bulletin.received == WHEN.replace(tzinfo=None)
    assert bulletin.audience
    assert any(paragraph.startswith("> ") for paragraph in bulletin.text.split("\n\n"))


@pytest.mark.parametrize("name", NEW_TRICKS)
def test_the_new_tricks_have_few_gaps_and_an_sms_of_one_part(name: str) -> None:
    template = find(name)
    assert 2 <= len(gaps(template.text)) <= 4
    assert template.topic
    sms = read(composed(name)).sms
    assert sms is not None
    assert (measure(sms).segments, measure(sms).encoding) == (1, "GSM-7")


@pytest.mark.parametrize("name", NAMES)
def test_who_vouches_is_always_for_the_station_to_fill_in(name: str) -> None:
    source = read(composed(name)).source
    assert source.name.startswith("[đơn vị xác nhận")
    assert source.ref.startswith("[văn bản xác nhận")


@pytest.mark.parametrize("name", NAMES)
def test_every_gap_is_short_enough_to_be_found_again(name: str) -> None:
    found = [each[0] for each in GAP.finditer(find(name).text)]
    assert max(map(len, found)) <= 80
    assert len(set(found)) >= len({gap.name for gap in gaps(find(name).text)})


@pytest.mark.parametrize("name", NAMES)
def test_proofreading_finds_exactly_the_gaps_that_are_told(name: str, tmp_path: Path) -> None:
    text = composed(name)
    root = write_site(tmp_path, {"scripts_audio/moi.md": re.sub("^audience: .*", "audience: []", text, flags=re.M)})
    site = load_site(root)
    found = [each for each in proofread(site.bulletins["moi"], site) if each.code == "template_left"]
    assert [(each.line, each.column) for each in found] == [(gap.line, gap.column) for gap in gaps(text)]
    assert all(each.blocks for each in found)


@pytest.mark.parametrize("name", NAMES)
def test_when_every_gap_is_filled_none_is_left(name: str) -> None:
    values = {gap.name: "đã điền" for gap in gaps(find(name).text)}
    text = compose(find(name), topic="14", received=WHEN, audience=AUDIENCES, values=values)
    assert gaps(text) == ()
    assert "[" not in read(text).text


def test_gaps_are_told_with_their_place() -> None:
    front = '---\n# [không phải chỗ trống]\naudience: [a, b]\nname: "[đơn vị]"\n---\n'
    text = f"{front}Xin chào xã [tên xã: ví dụ An Quang].\n"
    assert [(gap.name, gap.hint, gap.line, gap.column) for gap in gaps(text)] == [
        ("đơn vị", "", 4, 8),
        ("tên xã", "ví dụ An Quang", 6, 13),
    ]


def test_the_link_of_a_markdown_text_is_no_gap() -> None:
    assert gaps("Xem [trang này](https://chinhphu.gov.vn).") == ()


def test_a_name_is_found_whatever_its_case_blanks_and_form_of_unicode() -> None:
    for name in ("tên xã", " Tên  Xã ", "te\u0302n xa\u0303"):
        text = compose(
            find("ung-dung-dich-vu-cong-gia"), topic="9", received=WHEN, audience=(), values={name: "An Quang"}
        )
        assert "Công an xã An Quang" in text
        assert "[tên xã" not in text


@pytest.mark.parametrize("value", NASTY)
def test_what_is_filled_in_arrives_as_typed(value: str) -> None:
    bulletin = read(composed("ung-dung-dich-vu-cong-gia", value, tên_xã=value, đơn_vị_xác_nhận=value))
    assert (bulletin.title, bulletin.source.name) == (value, value)
    assert f"Công an xã {value}." in bulletin.text


@pytest.mark.parametrize("value", ["", "  ", "a\nb", "[tên xã]", "a\u2028b", "a\x1bb", "a\u202eb", "a" * 3_000])
def test_what_no_script_can_hold_is_refused(value: str) -> None:
    with pytest.raises(ContentError) as error:
        composed("ung-dung-dich-vu-cong-gia", tên_xã=value)
    assert error.value.code == "gap_value_bad"


def test_an_unknown_gap_is_refused_with_those_that_are_there() -> None:
    with pytest.raises(ContentError) as error:
        composed("bat-coc-online", tên_xã="An Quang")
    assert error.value.code == "gap_unknown"
    assert error.value.params["known"] == "[đơn vị xác nhận], [văn bản xác nhận]"


def test_an_unknown_template_is_refused_with_the_nearest() -> None:
    with pytest.raises(ContentError) as error:
        find("bat-coc-onlin")
    assert (error.value.code, error.value.params["close"]) == ("template_unknown", "bat-coc-online")


def test_audiences_that_the_station_does_not_know_are_left_out() -> None:
    text = compose(find("bat-coc-online"), topic="14", received=WHEN, audience=("thanh-nien",))
    assert read(text).audience == ("thanh-nien",)
