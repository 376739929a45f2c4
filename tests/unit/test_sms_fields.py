"""Places of an SMS that are filled in for each contact, and the sender's name in front."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.dispatch.wording import Wording
from pipeline.site import load_site
from pipeline.sms import Lettering, bare_places, fill, places, signed
from tests.sites import AREAS, SCRIPT, write_site


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Chào {ten}.", "Lê Thị Hoa", "Chào Lê Thị Hoa."),
        ("Chào {ten}.", "", "Chào quý vị."),
        ("Chào {ten:bà con}.", "  ", "Chào bà con."),
        ("Chào {ten:}.", "", "Chào ."),
        ("Chào {ten}.", "{dia_ban}\nHoa", "Chào {dia_ban} Hoa."),
        ("Mã {otp} và {}", "Hoa", "Mã {otp} và {}"),
    ],
)
def test_a_place_is_filled_once_and_never_left_empty_by_chance(text: str, name: str, expected: str) -> None:
    assert fill(text, {"ten": name, "dia_ban": "Xã An Quang"}) == expected


def test_a_place_of_an_area_takes_its_words_else_those_beside_it_else_stays_as_written() -> None:
    text = "Gọi {truc:113}, {truc}."
    assert fill(text, {"truc": "0225 3842 113"}) == "Gọi 0225 3842 113, 0225 3842 113."
    assert fill(text, {}) == "Gọi 113, {truc}."
    assert bare_places(text) == ("truc",)
    assert bare_places("{ten} {truc:}") == ()


AN_LAO, AN_QUANG = "name: Khu vực An Lão", "name: Xã An Quang"
WITH_FIELDS = AREAS.replace(AN_LAO, f"{AN_LAO}, fields: {{truc: 0225 1, xa: huyện}}").replace(
    AN_QUANG, f"{AN_QUANG}, fields: {{truc: 0225 2}}"
)


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("an-quang", "Gọi 0225 2 huyện Xã An Quang"),
        ("an-hung", "Gọi 0225 1 huyện Xã An Hưng"),
        ("", "Gọi 113 xã địa phương"),
        ("khong-co", "Gọi 113 xã địa phương"),
    ],
)
def test_an_area_has_its_own_words_else_those_of_the_area_above(tmp_path: Path, area: str, expected: str) -> None:
    site = load_site(write_site(tmp_path, {"config/areas.yaml": WITH_FIELDS}))
    found = Wording(site).worded("Gọi {truc:113} {xa:xã} {dia_ban}", Lettering.ACCENTED, "ban-giao", {"area": area})
    assert found == expected


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Gọi {truc:113}.", []),
        ("Gọi {truc}.", ["sms_field_bare"]),
        ("Gọi {truk:113}, {ten}.", ["sms_field_unknown"]),
    ],
)
def test_a_place_without_words_for_everybody_is_told_at_its_line(tmp_path: Path, text: str, codes: list[str]) -> None:
    script = SCRIPT.replace("Canh bao: cong an khong lam viec qua dien thoai. Goi 113.", text)
    files = {"config/areas.yaml": WITH_FIELDS, "scripts_audio/gia-danh-cong-an.md": script}
    found = [each for each in load_site(write_site(tmp_path, files)).problems if each.code.startswith("sms_field")]
    assert [each.code for each in found] == codes
    assert all((each.file, each.line) == ("scripts_audio/gia-danh-cong-an.md", 6) for each in found)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("{Truc: 1}", "area_field_name"),
        ("{ten: 1}", "area_field_taken"),
        ("{truc: '{ten}'}", "area_field_value"),
        ("{truc: %s}" % ("1" * 61), "text_too_long"),
        ("[truc]", "expected_table"),
    ],
)
def test_words_of_an_area_that_cannot_be_are_errors(tmp_path: Path, fields: str, code: str) -> None:
    areas = AREAS.replace("name: Khu vực An Lão}", f"name: Khu vực An Lão, fields: {fields}}}")
    problems = load_site(write_site(tmp_path, {"config/areas.yaml": areas})).problems
    assert code in [each.code for each in problems]


def test_a_name_is_no_longer_than_a_name() -> None:
    assert len(fill("{ten}", {"ten": "a" * 500})) == 60


def test_places_are_named_once_known_or_not() -> None:
    assert places("{ten} {ten:bà con} {otp} {A} { ten }") == ("ten", "otp")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Canh bao", "UBND-ANLAO: Canh bao"), ("ubnd-anlao canh bao", "ubnd-anlao canh bao")],
)
def test_the_sender_stands_in_front_unless_it_stands_there(text: str, expected: str) -> None:
    assert signed(text, "UBND-ANLAO") == expected
    assert signed(text, "") == text
