"""Descriptions of SMS providers: the worked example is whole, and what is wrong in one is named at its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.channels.description import fill, look_up, request_of, sent_verdict
from pipeline.channels.line import Answer
from pipeline.config.channels import read_channels
from pipeline.documents import parse
from pipeline.domain import State
from pipeline.fields import Reading
from pipeline.messages import CATALOGUE

ROOT = Path(__file__).parents[2]
PAGES = ("docs/sms-provider.md", "docs/vi/nha-cung-cap-tin-nhan.md")
GOOD = {
    "url": '"https://x.vn/send"',
    "fields": '{to: "{phone}", text: "{text}", key: "{key}"}',
    "answer": "{code: code, sent: [ok]}",
}


def read(text: str) -> tuple[dict[str, Any], list[str]]:
    reading = Reading()
    node = parse(text, "config/channels.yaml", reading.problems)
    assert node is not None
    found = read_channels(node, reading).channels.things
    return {name: each.values for name, each in found.items()}, [each.code for each in reading.problems]


def described(**more: str) -> str:
    settings = ", ".join(f"{key}: {value}" for key, value in {**GOOD, **more}.items())
    return f"channels: {{tin: {{type: http_sms, {settings}}}}}"


def test_a_number_is_told_and_a_wrong_place_is_answered_with_those_that_fit() -> None:
    wrong = '{to: "{phone}", text: "{text}", admin: "0912 345 678"}'
    assert read(described(fields=wrong))[1] == ["provider_number_written"]
    reading = Reading()
    ask = '{url: "https://x.vn/ask", fields: {a: "{nope}", k: "{key}"}, waiting: [x]}'
    text = described(fields='{to: "{phone}", text: "{text}", x: "{nope}"}', ask=ask)
    node = parse(text, "config/channels.yaml", reading.problems)
    assert node is not None
    read_channels(node, reading)
    known = [each.params["known"].split(", ") for each in reading.problems if each.code == "provider_place_unknown"]
    assert [sorted(set(each)) == sorted(each) for each in known] == [True, True]
    assert ["{ref}" in each for each in known] == [False, True]


@pytest.mark.parametrize("page", PAGES)
def test_the_worked_example_is_a_description_without_a_problem(page: str) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    found, problems = read(example)
    assert problems == []
    values = {"phone_local": "0912345678", "text": "Gọi 113", "sender": "UBND", "unicode": "1", "key": "k"}
    secrets = {"secret:LOA_ESMS_KEY": "a", "secret:LOA_ESMS_SECRET": "b"}
    request = request_of(found["esms"], values | secrets)
    assert request.path == "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
    assert '"Phone": "0912345678"' in request.body
    for body, state in (("100", State.ACCEPTED), ("124", State.ACCEPTED), ("103", State.RETRY), ("99", State.FAILED)):
        answer = Answer(200, {}, f'{{"CodeResult": "{body}", "SMSID": "abc"}}')
        assert sent_verdict(answer, found["esms"]["answer"]).state is state


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"fields": '{to: "{phone}", text: "{text}", x: "{nope}"}'}, "provider_place_unknown"),
        ({"fields": '{to: "{phone}", text: "{text}", x: "a}b"}'}, "provider_place_unknown"),
        ({"fields": '{to: "{phone}"}'}, "provider_place_missing"),
        ({"fields": '{text: "{text}"}'}, "provider_place_missing"),
        ({"fields": '{to: "{phone}", text: "{text}", r: "{ref}"}'}, "provider_place_only_asking"),
        ({"fields": '{to: "{phone}", text: "{text}"}', "key_holds": "1h"}, "provider_place_missing"),
        ({"fields": '{to: "{phone}", text: "{text}", from: "{sender}"}'}, "sender_missing"),
        ({"fields": '{to: "{phone}", text: "{text}", ApiKey: abc123}'}, "provider_secret_written"),
        ({"fields": '{to: "{phone}", text: "{text}", login: {password: abc}}'}, "provider_secret_written"),
        ({"headers": '{Authorization: "Bearer abc"}'}, "provider_secret_written"),
        ({"headers": '{X-To: "{phone}"}'}, "provider_place_in_header"),
        ({"headers": "{Host: a.vn}"}, "provider_header_bad"),
        ({"headers": '{"X\\ny": a}'}, "provider_header_bad"),
        ({"fields": '{to: "{phone}", text: "{text}", a: {b: {c: {d: {e: {f: g}}}}}}'}, "provider_fields_too_deep"),
        ({"url": '"https://x.vn/{phone}"'}, "provider_place_in_address"),
        ({"url": '"https://{key}.vn/"'}, "provider_place_in_address"),
        ({"url": '"http://x.vn/send"'}, "url_not_https"),
        ({"url": '"https://x.vn/send?a=b"'}, "bad_url"),
        ({"answer": "{code: 'regex: (a+)+b', sent: [ok]}"}, "provider_where_bad"),
        ({"answer": "{code: 'regex: .*.*.*(a)', sent: [ok]}"}, "provider_where_bad"),
        ({"answer": "{code: 'regex: a', sent: [ok]}"}, "provider_where_bad"),
        ({"answer": "{code: 'a b', sent: [ok]}"}, "provider_where_bad"),
        ({"answer": '{code: c, sent: ["1"], refused: {"1": blocked}}'}, "provider_code_twice"),
        ({"answer": "{code: c, sent: [ok], refused: {x: bad_numbr}}"}, "bad_choice_close"),
        ({"answer": "{code: c}"}, "key_missing"),
        ({"ask": '{url: "https://x.vn/", code: c, waiting: [a]}'}, "provider_place_missing"),
        ({"ask": '{url: "https://x.vn/{key}", code: c}'}, "key_missing"),
        (
            {"ask": '{url: "https://x.vn/", fields: {p: "{phone}", k: "{key}"}, waiting: [a]}'},
            "provider_place_only_sending",
        ),
        ({"ask": '{url: "https://x.vn/{key}", waiting: [a], lag: 30s}'}, "duration_out_of_range"),
        ({"at_once": "0"}, "number_out_of_range"),
    ],
)
def test_what_is_wrong_in_a_description_is_named(more: dict[str, str], code: str) -> None:
    assert read(described())[1] == []
    found, problems = read(described(**more))
    assert code in problems
    assert code in CATALOGUE
    assert found == {}


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("a.0.b", "7"),
        ("a.1", ""),
        ("flag", "true"),
        ("a", ""),
        ("nothing", ""),
        ("word", "ok"),
        ('regex: "word": "(\\w+)"', "ok"),
        ("regex: nowhere(\\w+)", ""),
    ],
)
def test_a_value_is_found_where_a_description_says(place: str, found: str) -> None:
    assert look_up('{"a": [{"b": 7}], "flag": true, "word": " ok "}'.replace(" ok ", "ok"), place) == found


def test_what_people_write_cannot_break_out_of_its_field() -> None:
    text = '"}, {phone} \\ & = % \n'
    request = {"url": "https://x.vn/a/{key}", "method": "post", "form": "form", "fields": {"t": "{text}"}}
    made = request_of(request, {"text": text, "key": "../ö?x=1"})
    assert made.body == "t=%22%7D%2C+%7Bphone%7D+%5C+%26+%3D+%25+%0A"
    assert made.path == "/a/..%2F%C3%B6%3Fx%3D1"
    assert fill("{text}", {"text": "{phone}"}) == "{phone}"
    as_json = request_of({**request, "form": "json", "fields": {"n": "{number:2}", "f": "{false}"}}, {"key": ""})
    assert as_json.body == '{"n": 2, "f": false}'
    asked = request_of({**request, "method": "get", "fields": {"t": ["{text}", "b"]}}, {"text": "a b", "key": "k"})
    assert asked.path == "/a/k?t=a+b&t=b"
