"""The one-time code that a person types, and what is said over it."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import AccessError, ContentError
from pipeline.protocol.enrolment import (
    ADDRESS,
    BROKER,
    GROUP,
    GROUPS,
    MOST_BYTES,
    SIGNS,
    Asked,
    EnrolmentCode,
    Granted,
    host_and_port,
    name_of,
    read_asked,
    read_granted,
)
from tests.unit.protocol.documents import put, spoilt

CODE = EnrolmentCode("EFUJ", "4HYQS4YUBLVH", name_of(b"a certificate"))
TYPED = CODE.text.replace("-", "")
GRANTED = Granted(
    receiver="an-quang-01",
    certificate="-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n",
    authority="-----BEGIN CERTIFICATE-----\ny\n-----END CERTIFICATE-----\n",
    root=base64.b64encode(b"r" * 32).decode(),
    keyring="{}",
    broker="mqtts://loa.xa.example:8883",
    name="Trung tâm Văn hóa An Lão",
    address="https://loa.xa.example:8443",
)


@pytest.mark.parametrize(
    "typed",
    [
        CODE.text,
        CODE.text.lower(),
        TYPED,
        CODE.text.replace("-", " "),
        CODE.text.replace("-", " – "),
        "\t".join(TYPED) + "\n",
        "".join(chr(ord(sign) + 0xFEE0) for sign in TYPED),  # a keyboard set to wide signs
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert EnrolmentCode.read(typed) == CODE


def test_a_code_has_eight_groups_of_signs_nobody_mistakes() -> None:
    code = EnrolmentCode.make(name_of(b"x"))
    assert [len(each) for each in code.text.split("-")] == [GROUP] * GROUPS
    assert not set("01OI") & set(SIGNS)
    assert code != EnrolmentCode.make(name_of(b"x"))
    assert code.secret not in repr(code)


def slip(typed: str) -> dict[str, str]:
    with pytest.raises(ContentError) as refused:
        EnrolmentCode.read(typed)
    return {"code": refused.value.code, **refused.value.params}


def test_one_wrong_sign_anywhere_is_named_with_its_group() -> None:
    for place in range(GROUP * GROUPS):
        for sign in SIGNS.replace(TYPED[place], ""):
            typed = TYPED[:place] + sign + TYPED[place + 1 :]
            assert slip(typed) == {"code": "code_mistyped", "group": str(place // GROUP + 1)}


@given(st.binary(min_size=20, max_size=20), st.integers(0, 38))
@settings(max_examples=60, deadline=None)
def test_two_signs_in_each_others_place_are_seen(drawn: bytes, place: int) -> None:
    signs = "".join(SIGNS[each % 32] for each in drawn + drawn[:12])
    typed = EnrolmentCode(signs[:4], signs[4:16], signs[16:]).text.replace("-", "")
    swapped = typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]
    if swapped != typed:
        assert slip(swapped)["code"] == "code_mistyped"


def test_two_groups_in_each_others_place_are_seen() -> None:
    groups = CODE.text.split("-")
    for one in range(GROUPS):
        for other in range(one):
            swapped = list(groups)
            swapped[one], swapped[other] = groups[other], groups[one]
            assert slip("-".join(swapped)) == {"code": "code_mistyped", "group": str(other + 1)}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (CODE.text[:-1], {"code": "code_length", "count": "39", "expected": "40"}),
        (CODE.text + "A", {"code": "code_length", "count": "41", "expected": "40"}),
        ("", {"code": "code_length", "count": "0", "expected": "40"}),
        ("0" + CODE.text[1:], {"code": "code_sign", "sign": "0", "group": "1"}),
        (CODE.text[:-1] + "O", {"code": "code_sign", "sign": "O", "group": "8"}),
        ("Đ" * 40, {"code": "code_sign", "sign": "Đ", "group": "1"}),
        ("A" * 10**6, {"code": "code_length", "count": "400", "expected": "40"}),
    ],
)
def test_a_code_of_other_signs_or_another_length_says_what_is_wrong(typed: str, said: dict[str, str]) -> None:
    assert slip(typed) == said


def test_a_code_names_one_authority() -> None:
    assert name_of(b"a certificate") == CODE.authority
    assert len(name_of(b"another")) == 16
    assert name_of(b"another") != CODE.authority


def test_what_is_asked_and_granted_comes_back_as_it_went() -> None:
    asked = Asked("-----BEGIN CERTIFICATE REQUEST-----\nx\n", CODE.id, CODE.secret)
    assert read_asked(asked.payload()) == asked
    assert CODE.secret not in repr(asked)
    assert read_asked(Asked("x").payload()) == Asked("x")
    assert read_granted(GRANTED.payload()) == GRANTED


WRONG = {
    "receiver as a path": put(receiver="../x"),
    "receiver of the station": put(receiver="_station"),
    "root too short": put(root=base64.b64encode(b"r" * 31).decode()),
    "root no Base64": put(root="*"),
    "address without TLS": put(address="http://loa.xa.example"),
    "address with a path": put(address="https://loa.xa.example/../x"),
    "address with a person": put(address="https://a:b@loa.xa.example"),
    "address with a line break": put(address="https://loa.xa.example\r\nX: y"),
    "broker without TLS": put(broker="mqtt://loa.xa.example"),
    "broker with an option": put(broker="mqtts://loa.xa.example?x"),
    "name that steers terminals": put(name="\x1b[2J"),
    "no certificate": put(certificate=""),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_an_answer_with_one_flaw_is_refused(change: object) -> None:
    with pytest.raises(AccessError, match="document_unreadable"):
        read_granted(spoilt(GRANTED.payload(), change))  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [b"", b"[]", b'{"csr":"x"}', b" " * (MOST_BYTES + 1), json.dumps({"csr": 1}).encode()])
def test_what_is_no_request_is_refused(data: bytes) -> None:
    with pytest.raises(AccessError, match="document_unreadable"):
        read_asked(data)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://loa.xa.example:8443", ("loa.xa.example", 8443)),
        ("https://192.168.1.5/", ("192.168.1.5", 443)),
        ("https://[2001:db8::1]:8443", ("2001:db8::1", 8443)),
        ("https://loa.xa.example:0", None),
        ("https://loa.xa.example:65536", None),
        ("https://", None),
        ("https://-loa", None),
        ("loa.xa.example", None),
        ("https://loa.xa.example:８443", None),
    ],
)
def test_an_address_is_a_host_and_a_port_and_nothing_else(address: str, found: tuple[str, int] | None) -> None:
    assert host_and_port(address, ADDRESS, 443) == found
    assert host_and_port(address.replace("https", "mqtts"), BROKER, 443) == found
