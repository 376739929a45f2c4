"""From a list to the last receipt, on the worst of days: no telephone number in a log, a file or on a screen."""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.loa import Ran, here
from tests.contracts.far_http import SECRET, far_http
from tests.contracts.far_twilio import SECRETS, Behaviour, serving
from tests.sites import approve_all, write_site

COMMON = "912777"  # of every number, whatever stands before it
PEOPLE = {
    name: [f"0{COMMON}{group}{at:02}" for at in range(20)] for group, name in enumerate(("mang", "twilio", "tep"))
}
MARK = re.compile(rf"{COMMON}\d\d\d|{COMMON[:3]}[ .-]{COMMON[3:]}[ .-]\d\d\d")
SECRET_WORDS = (SECRET, *SECRETS.values())
STATION_TEXT = "Canh bao {ten}: cong an khong lam viec qua dien thoai."
PROGRAMME = """\
programme: canh-bao
title: Cảnh báo
from: 2026-11-23
slots:
  - id: tin
    days: daily
    at: "09:00"
    medium: sms
    contacts: [mang, twilio, tep]
    play: {bulletins: [gia-danh-cong-an]}
"""
CHANNELS = """\
channels:
  thu-muc: {{type: folder, path: var/playout}}
  mang:
    type: http_sms
    url: {http}/send
    fields: {{to: "{{phone}}", text: "{{text}}", key: "{{key}}", token: "{{secret:LOA_FAR}}"}}
    timeout: 1s
    ask: {{url: "{http}/ask", fields: {{key: "{{key}}"}}, code: code, waiting: [waiting], unlisted: [unlisted]}}
    answer: {{code: code, ref: id, sent: [ok], repeated: [again], refused: {{e-number: bad_number}}}}
  twilio:
    type: twilio
    account: env:LOA_FAR_ACCOUNT
    token: env:LOA_FAR_TOKEN
    sender: LOA
    base_url: "{twilio}"
    timeout: 1s
  tep: {{type: sms_file, path: var/handover}}
sms: {{channel: tep}}
"""
HTTP_DAY = ("dropped", "500", "garbage", "deep", "strange", "bad_number", "cut_short", "named_by_number", "400", "404")
TWILIO_DAY = ("500", "drop after", "garbage", "deep", "no sid", "401", "429", "400 bare", "21211", "")


class Place:
    """A site whose every word is kept. What `var/handover` is for stands there until it is taken."""

    def __init__(self, root: Path, http: str, twilio: str) -> None:
        channels = CHANNELS.format(http=http, twilio=twilio)
        files = {"config/channels.yaml": channels, "schedules/canh-bao.yaml": PROGRAMME}
        self.root, self.said = write_site(root / "site", files), list[str]()
        approve_all(self.root)
        (root / "pass.txt").write_text("một câu rất dài để nhớ", encoding="utf-8")
        self.passphrase = ("--passphrase-file", root / "pass.txt")

    def loa(self, *words: str | Path, stdin: str = "") -> Ran:
        ran = here(*words, site=self.root, stdin=stdin, LOA_FAR=SECRET, LOA_LANG="en", **SECRETS)
        self.said += [f"{words[:2]} out: {ran.out}", f"{words[:2]} err: {ran.err}"]
        return ran

    def files(self) -> Iterator[tuple[str, str]]:
        """Every file beneath the site, workbooks and archives by what is in them."""
        for path in sorted(self.root.rglob("*")):
            if not path.is_file():
                continue
            name = path.relative_to(self.root).as_posix()
            yield name, path.read_bytes().decode("latin-1")
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    yield name, " ".join(archive.read(each).decode("latin-1") for each in archive.namelist())


def named(text: str) -> list[str]:
    return MARK.findall(text) + [word for word in SECRET_WORDS if word in text]


def test_no_number_and_no_secret_stands_anywhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("twilio", "twilio.http_client", "urllib3", "sqlalchemy", "sqlalchemy.engine", "alembic", "pipeline"):
        caplog.set_level(logging.DEBUG, logger=name)
    with far_http() as http, serving(Behaviour(codes={"21211": (400, 21211)})) as twilio:
        place = Place(tmp_path, http.url, twilio.url)
        http.fault = lambda fields: HTTP_DAY[int(str(fields.get("to", "0"))[-1])]
        twilio.behaviour.fault = lambda form: TWILIO_DAY[int(form["To"][-1])]
        bring(tmp_path, place)
        for minute in (0, 1, 2):
            place.loa("tick", "--now", f"2026-11-28T09:{minute:02}:05")
        http.fault = lambda _: ""
        twilio.behaviour.fault = lambda _: ""
        for minute in (5, 7, 9):
            place.loa("tick", "--now", f"2026-11-28T09:{minute:02}:05")
        kept = place.loa("sms", "status", "--json").json
        assert kept["deliveries"]["accepted"] > 30
        assert kept["deliveries"]["failed"] > 3
        ask_for_all(tmp_path, place)
    outside = [(name, named(text)) for name, text in place.files()]
    assert [each for each in outside if each[1]] == []
    assert [(line[:40], named(line)) for line in place.said if named(line)] == []
    assert [record.name for record in caplog.records if named(f"{record.getMessage()} {record.exc_info!r}")] == []
    assert not named((tmp_path / "out.csv").read_text("utf-8-sig"))


def bring(folder: Path, place: Place) -> None:
    """Three lists by three ways out, with rows that are repaired and rows that are refused."""
    for name, numbers in PEOPLE.items():
        odd = [
            f"{numbers[0]};{numbers[1]}",
            numbers[2],
            numbers[3][1:],
            f"01{COMMON}0001",
            "0243" + numbers[4][-7:],
            "x",
        ]
        rows = [f'"{number}",Mẫu {at},{number}' for at, number in enumerate([*numbers, *odd])]
        (folder / f"{name}.csv").write_text("\n".join(["phone,name,note", *rows, ""]), encoding="utf-8")
        facts = ("--basis", "thử", "--purpose", "thử", "--channel", name, "--list", name)
        assert place.loa("contacts", "import", folder / f"{name}.csv", *facts).code == 0
        place.loa("contacts", "import", folder / f"{name}.csv", *facts, "--json")


def ask_for_all(folder: Path, place: Place) -> None:
    """Every command that an operator has for this, also with a number where none belongs."""
    first = PEOPLE["mang"][0]
    place.loa("person", "add", "hoa", "--name", "Hoa", "--role", "editor", *place.passphrase)
    by = ("--by", "hoa", *place.passphrase)
    for words in (
        *(("sms", "status"), ("sms", "status", "--group", "prefix", "--csv", folder / "out.csv")),
        *(
            ("sms", "batches"),
            ("sms", "batches", "--json"),
            ("sms", "dry-run", "canh-bao/tin"),
            ("sms", "cancel", first, "--yes"),
        ),
        *(("sms", "dry-run", "canh-bao/tin", "--json"), ("sms", "pause", "canh-bao/tin"), ("contacts", "lists")),
        *(("contacts", "list", "mang", "--json"), ("contacts", "import", folder / "mang.csv", "--list", "k")),
        *(("doctor",), ("status",), ("plan", "--json"), ("check",), ("sms", "resolve", "1", "sent", *by)),
    ):
        place.loa(*words)
    for deed in (("show",), ("show", "--json"), ("unblock", "--reason", "x"), ("opt-out",), ("opt-in", "--basis", "x")):
        place.loa("contacts", deed[0], "-", *deed[1:], stdin=first)
    place.loa("contacts", "forget", "-", "--yes", "--json", stdin=PEOPLE["tep"][5])
    lines = [f"{number};{word}" for number, word in zip(PEOPLE["tep"], ("thành công", "lạ", "dnc") * 9, strict=False)]
    place.loa("contacts", "export", "-", stdin=PEOPLE["mang"][1])
    own = folder / "cua-toi.json"
    assert place.loa("contacts", "export", "-", "--out", own, stdin=PEOPLE["mang"][1]).code == 0
    assert PEOPLE["mang"][1] in own.read_text(), "the note that its owner is given is whole"
    (folder / "kq.csv").write_text("\n".join(["sdt;kết quả", *lines, f"{first};ok", ""]), encoding="utf-8")
    place.loa("sms", "returned", folder / "kq.csv", "--channel", "tep", *by)
    (batch,) = [each["file"] for each in place.loa("sms", "handed", "--json").json["batches"]]
    assert place.loa("sms", "handed", batch, *by).code == 0
    place.loa("audit", "list")
    place.loa("audit", "list", "--json")
    place.loa("backup")
