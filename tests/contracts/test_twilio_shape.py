"""Every request of ours is one that Twilio's own description knows, and the far end of our tests answers as it says."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from pipeline.channels import UNSENT_AFTER
from pipeline.domain import Delivery, State
from tests.contracts.far_twilio import ACCOUNT, SECRETS, FarTwilio, serving
from tests.contracts.test_twilio import channel, doubt, nobody, order
from tests.contracts.twilio_shape import FORM, Shape
from tests.patience import PATIENCE_S

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
SERVICE = "MG" + "a" * 32
SETTINGS: list[dict[str, Any]] = [
    {},
    {"messaging_service": SERVICE},
    {"sender": None, "messaging_service": SERVICE},
    {"status_callback": "https://loa.example.vn:8443/dai"},
]


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)


@pytest.fixture
def far() -> Iterator[FarTwilio]:
    with serving() as end:
        yield end


@pytest.fixture(scope="module")
def shape() -> Shape:
    return Shape()


def wrong(shape: Shape, far: FarTwilio) -> list[str]:
    assert far.asked
    return [each for asked in far.asked for each in shape.of_request(*asked)]


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("text", ["Canh bao", "Cảnh báo: “giả danh” 👮", "ă" * 1_000])
def test_an_order_is_a_request_that_twilio_describes(
    far: FarTwilio, shape: Shape, settings: dict[str, Any], text: str
) -> None:
    channel(far.url, **settings).send([order(1, text), order(2, text)])
    assert wrong(shape, far) == []


def test_what_it_asks_about_doubts_and_news_is_described_page_by_page(far: FarTwilio, shape: Shape) -> None:
    far.behaviour.page_size = 3
    way = channel(far.url)
    way.send([order(number) for number in range(8)])
    way.look_up([doubt(1, ago=UNSENT_AFTER)], nobody)
    way.look_up([doubt(number) for number in range(30)], nobody)
    sent = far.kept[0]
    way.poll([Delivery(1, 1, "dan/1", "tin-nhan", State.ACCEPTED, ref=sent.sid)])
    assert len([each for each in far.asked if each[0] == "GET" and "Page=" in each[1]]) >= 4
    assert wrong(shape, far) == []


def test_the_far_end_of_our_tests_answers_as_twilio_does(far: FarTwilio, shape: Shape) -> None:
    for number, status in enumerate(["queued", "sent", "delivered", "undelivered"]):
        channel(far.url, messaging_service=SERVICE).send([order(number)])
        far.kept[-1].status = status
    connection = http.client.HTTPConnection(urlsplit(far.url).netloc, timeout=PATIENCE_S)
    connection.request("POST", MESSAGES, "To=%2B84900000000&Body=a&From=LOA", {"Content-Type": FORM})
    created = connection.getresponse()
    assert shape.of_answer("POST", MESSAGES, created.status, json.loads(created.read())) == []
    connection.request("GET", MESSAGES)
    listed = connection.getresponse()
    assert shape.of_answer("GET", MESSAGES, listed.status, json.loads(listed.read())) == []
    connection.close()


SOUND: dict[str, Any] = {
    "method": "POST",
    "target": MESSAGES,
    "headers": {"authorization": "Basic x", "content-type": FORM},
    "form": {"To": "+84900000000", "Body": "a", "From": "LOA"},
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"target": MESSAGES.replace("Messages", "Sms")}, ["no such operation: POST"]),
        ({"target": MESSAGES.replace(ACCOUNT, "AC1")}, ["AccountSid: pattern", "AccountSid: minLength"]),
        ({"headers": {"authorization": "Basic x"}}, ["not a form"]),
        ({"headers": {"content-type": FORM}}, ["no basic authorization"]),
        ({"form": {"Body": "a"}}, ["To is missing"]),
        ({"form": {"To": "+84900000000", "Text": "a"}}, ["Text is unknown"]),
        ({"form": {"To": "+84900000000", "MessagingServiceSid": "MG1"}}, ["MessagingServiceSid: "]),
        ({"method": "GET", "form": {}, "target": f"{MESSAGES}?PageSize=1001"}, ["PageSize: maximum"]),
        ({"method": "GET", "form": {}, "target": f"{MESSAGES}?PageSize=x"}, ["PageSize: type"]),
        ({"method": "GET", "form": {}, "target": f"{MESSAGES}?Number=1"}, ["Number is unknown"]),
    ],
)
def test_the_judge_finds_what_is_wrong(shape: Shape, changed: dict[str, Any], said: list[str]) -> None:
    found = shape.of_request(**{**SOUND, **changed})
    assert bool(found) == bool(said)
    for each in said:
        assert any(one.startswith(each) for one in found), found


@pytest.mark.parametrize("changed", [{"status": "flying"}, {"sid": "1"}, {"error_code": "30003"}, {"body": 5}])
def test_the_judge_finds_what_is_wrong_in_an_answer(far: FarTwilio, shape: Shape, changed: dict[str, Any]) -> None:
    channel(far.url).send([order(1)])
    answer = {**far.kept[0].shown(), **changed}
    assert shape.of_answer("POST", MESSAGES, 201, answer) != []
