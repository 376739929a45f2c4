"""Places of an SMS that are filled in for each contact, and the sender's name in front."""

from __future__ import annotations

import pytest

from pipeline.sms import fill, places, signed


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
