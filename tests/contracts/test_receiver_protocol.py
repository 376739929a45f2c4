"""What makers of devices build on: the published documents stay what they are, and mean what is said of them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import AccessError, ContentError
from pipeline.protocol import names
from pipeline.protocol.command import Command, Order, read_command
from pipeline.protocol.enrolment import Asked, EnrolmentCode, Granted
from pipeline.protocol.journal import Entry, Kind
from pipeline.protocol.plan import read_plan
from pipeline.protocol.status import Status
from pipeline.receiver.folder import Folder
from pipeline.receiver.orders import Orders
from pipeline.signing import Keyring
from tests.receivers.vectors import FILE, NOW, PLAN_OF, text

VECTORS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
PAGE = (Path(__file__).parents[2] / "docs" / "receiver-protocol.md").read_text(encoding="utf-8")


def test_the_published_documents_are_those_the_code_makes() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run python -m tests.receivers.vectors"


def test_every_published_document_is_taken_or_refused_as_published() -> None:
    ring = Keyring(bytes.fromhex(VECTORS["root"]))
    for each in VECTORS["documents"]:
        document, verdict = each["document"].encode(), ""
        try:
            if each["awaited"] == "keyring":
                ring = ring.follow(document)
            elif each["awaited"] == "plan":
                read_plan(document, ring, VECTORS["receiver"])
            else:
                read_command(document, ring, VECTORS["receiver"])
        except AccessError as refused:
            verdict = refused.code
        assert verdict == each["verdict"], each["what"]


def test_the_published_theft_ends_as_published(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.prepare()
    orders = Orders(folder, VECTORS["receiver"], bytes.fromhex(VECTORS["root"]))
    for each in VECTORS["theft"]:
        document, verdict = each["document"].encode(), ""
        try:
            if each["awaited"] == "keyring":
                orders.take_keyring(document)
            elif (taken := orders.judge_plan(document, NOW, None)) is not None:
                orders.keep_plan(taken)
        except AccessError as refused:
            verdict = refused.code
        assert verdict == each["verdict"], each["what"]


@pytest.mark.parametrize("each", VECTORS["codes"], ids=lambda each: each["typed"])
def test_every_published_code_is_read_as_published(each: dict[str, Any]) -> None:
    if "verdict" in each:
        with pytest.raises(ContentError, match=each["verdict"]) as refused:
            EnrolmentCode.read(each["typed"])
        assert "group" not in each or refused.value.params["group"] == str(each["group"])
    else:
        code = EnrolmentCode.read(each["typed"])
        assert (code.id, code.secret, code.authority) == (each["id"], each["secret"], each["authority"])
        assert code.text in PAGE


def test_the_published_certificate_has_the_signs_of_a_code_that_stand_beside_it() -> None:
    """Worked out as the page says it, bit by bit."""
    shown = VECTORS["authority"]
    digest = hashlib.sha256(base64.b64decode("".join(shown["certificate"].splitlines()[1:-1]))).digest()
    assert digest.hex() == shown["sha256"]
    bits = f"{int.from_bytes(digest, 'big'):0256b}"
    signs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    assert "".join(signs[int(bits[at : at + 5], 2)] for at in range(0, 80, 5)) == shown["authority"]


def written(name: str) -> bool:
    return re.search(rf"[`,\"{{ ]{re.escape(name)}[`,\"}} ]", PAGE) is not None


@pytest.mark.parametrize(
    "name",
    [
        *PLAN_OF.content(),
        *PLAN_OF.content()["airings"][0],
        *(each.name for kind in (Status, Entry, Command, Asked, Granted) for each in fields(kind)),
        *(each.value for each in Order),
    ],
)
def test_the_page_for_makers_names_every_key(name: str) -> None:
    assert written(name), name


def test_the_page_for_makers_names_every_kind_of_entry() -> None:
    assert [each.value for each in Kind if not written(each.value)] == []


def test_the_page_for_makers_names_every_path_and_topic() -> None:
    paths = [value for name, value in vars(names).items() if name.endswith("_PATH")]
    topics = [make("<id>") for name, make in vars(names).items() if name.endswith("_topic")]
    assert [each for each in (*paths, *topics) if each not in PAGE] == []
    assert len(paths) == 7
    assert len(topics) == 5
