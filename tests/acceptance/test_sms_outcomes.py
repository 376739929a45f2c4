"""An operator follows SMS to their end: by files and by a described provider, with what nobody could know."""

from __future__ import annotations

import csv
import json
import re
import stat
from pathlib import Path

import pytest

from tests.acceptance.loa import here, loa
from tests.contracts.far_http import SECRET, FarHttp, far_http
from tests.sites import CHANNELS, PROGRAMME, approve_all, write_site

NUMBERS = ("0912000001", "0912000002", "0333000003", "0703000004")
LIST = "phone,name\n" + "".join(f"{number},Mẫu {at}\n" for at, number in enumerate(NUMBERS))
ONLY_SMS = PROGRAMME[: PROGRAMME.index("  - id: chieu")] + PROGRAMME[PROGRAMME.index("  - id: nhan-tin") :]
AT = "2026-11-28T09:00"
MASKED = re.compile(r"84\d*\*{3,}\d{2,3}")

PROVIDER = """\
channels:
  thu-muc: {{type: folder, path: var/playout}}
  tin-nhan:
    type: http_sms
    url: {url}/send
    sender: LOA
    fields: {{to: "{{phone}}", text: "{{text}}", key: "{{key}}", token: "{{secret:LOA_FAR}}"}}
    timeout: 2s
    {more}
    answer:
      code: code
      ref: id
      sent: [ok]
      repeated: [again]
      refused: {{e-number: bad_number}}
sms: {{channel: tin-nhan}}
"""
ASK = '{{url: "{url}/ask", fields: {{key: "{{key}}"}}, code: code, ref: id, waiting: [waiting], unlisted: [unlisted]}}'


def site(root: Path, channels: str = CHANNELS) -> Path:
    write_site(root, {"schedules/canh-bao.yaml": ONLY_SMS, "config/channels.yaml": channels})
    (root / "list.csv").write_text(LIST, encoding="utf-8")
    assert here("contacts", "import", root / "list.csv", "--list", "to-truong", "--basis", "thử", site=root).code == 0
    approve_all(root)
    return root


def described(root: Path, far: FarHttp, more: str = "") -> Path:
    return site(root, PROVIDER.format(url=far.url, more=more.format(url=far.url)))


def status(root: Path) -> dict[str, object]:
    ran = here("sms", "status", "--json", site=root)
    assert ran.code == 0
    found: dict[str, object] = ran.json
    return found


def somebody(root: Path) -> tuple[str | Path, ...]:
    """Hoa, who may decide, as options of a command."""
    (root / "pass.txt").write_text("một câu rất dài để nhớ", encoding="utf-8")
    passphrase = ("--passphrase-file", root / "pass.txt")
    added = here("person", "add", "hoa", "--name", "Hoa", "--role", "editor", *passphrase, site=root)
    assert added.code == 0, added.err
    return "--by", "hoa", *passphrase


def counted(root: Path) -> dict[str, int]:
    counts = status(root)["deliveries"]
    assert isinstance(counts, dict)
    return {state: count for state, count in counts.items() if count}


def tick(root: Path, at: str = AT) -> None:
    here("tick", "--now", at, site=root, LOA_FAR=SECRET)


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_return_file_says_who_was_reached(tmp_path: Path) -> None:
    root = site(tmp_path)
    tick(root)
    assert counted(root) == {"accepted": 4}
    results = ("Thành công", "Số không tồn tại", "đang xử lý")
    lines = [f"{number};{word}" for number, word in zip(NUMBERS, results, strict=False)]
    (root / "kq.csv").write_text(
        "\n".join(["Số điện thoại;Kết quả", *lines, "0912999999;Thành công", "12;x", ""]), "utf-8"
    )
    reading = ("sms", "returned", root / "kq.csv", "--channel", "ban-giao", "--json", *somebody(root))
    read = here(*reading, site=root)
    assert read.code == 1, "four rows want somebody to look at them"
    assert read.json == {
        "rows": 5,
        "reached": 1,
        "failed": 1,
        "known": 0,
        "open": 1,
        "strangers": 1,
        "doubled": 0,
        "bad": 1,
        "words": {"đang xử lý": 1},
    }
    assert "đang xử lý" in read.err
    assert "dòng 6" in read.err
    assert MASKED.search(read.err)
    assert not [number for number in (*NUMBERS, "0912999999") if number[1:] in read.err]
    assert counted(root) == {"accepted": 2, "confirmed": 1, "failed": 1}
    again = here(*reading, site=root)
    assert (again.json["reached"], again.json["known"]) == (0, 2)
    tick(root, "2026-12-05T09:00")
    assert counted(root) == {"accepted": 5, "confirmed": 1, "failed": 1}, "a number that does not exist gets no more"
    stale = here(*reading, site=root)
    assert (stale.json["reached"], stale.json["doubled"], stale.code) == (0, 1, 1), "it is of the batch of last week"
    assert counted(root) == {"accepted": 5, "confirmed": 1, "failed": 1}
    entries = here("audit", "list", "--json", site=root).out
    assert "sms_returned" in entries
    assert '"hoa"' in entries


def test_batches_are_named_and_deleted_once_they_are_taken(tmp_path: Path) -> None:
    root = site(tmp_path)
    assert here("sms", "handed", "--json", site=root).json == {"batches": []}
    tick(root)
    (batch,) = here("sms", "handed", "--json", site=root).json["batches"]
    assert (batch["channel"], batch["recipients"], batch["acknowledged"]) == ("ban-giao", 4, None)
    assert batch["file"] in here("sms", "handed", site=root).out
    by = somebody(root)
    assert here("sms", "handed", "khac.csv", *by, site=root).code == 1
    nobody = here("sms", "handed", batch["file"], site=root)
    assert (nobody.code, "--by" in nobody.err) == (2, True)
    assert here("sms", "handed", batch["file"], "--by", "hoa", "--passphrase-file", "/dev/null", site=root).code != 0
    assert len(list((root / "var" / "handover").glob("*.csv"))) == 1, "nobody who is known has taken it"
    assert here("sms", "handed", batch["file"].removesuffix(".csv"), *by, site=root).code == 0
    assert [path.suffix for path in (root / "var" / "handover").iterdir()] == [".json"]
    assert here("sms", "handed", "--json", site=root).json["batches"][0]["acknowledged"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("so may khac;Kết quả\n0912000001;ok\n", "return_column_missing"),
        ("Số điện thoại;gì đó\n0912000001;ok\n", "return_column_missing"),
        ("", "return_file_unreadable"),
        ("\x00\x01PK nonsense", "return_column_missing"),
    ],
)
def test_a_return_file_that_cannot_be_read_changes_nothing(tmp_path: Path, content: str, code: str) -> None:
    root = site(tmp_path)
    tick(root)
    (root / "kq.csv").write_text(content, "utf-8")
    by = somebody(root)
    ran = here("sms", "returned", root / "kq.csv", "--channel", "ban-giao", *by, site=root, LOA_LANG="en")
    assert ran.code == 2
    assert {"return_column_missing": "column", "return_file_unreadable": "cannot be read"}[code] in ran.err
    assert counted(root) == {"accepted": 4}
    assert here("sms", "returned", root / "kq.csv", "--channel", "thu-muc", *by, site=root).code == 2


# --- a described provider ---------------------------------------------------------------------------------------------


def test_what_a_key_protects_is_repeated_and_nobody_gets_it_twice(tmp_path: Path) -> None:
    with far_http() as far:
        root = described(tmp_path, far, "key_holds: 24h")
        far.fault = lambda fields: "dropped" if str(fields.get("to", "")).endswith("3") else ""
        tick(root)
        far.fault = lambda _: ""
        tick(root, "2026-11-28T09:05")
        tick(root, "2026-11-28T09:06")
        assert counted(root) == {"accepted": 4}
        assert set(far.sent.values()) == {1}
        assert len(far.sent) == 4


def test_what_is_too_late_to_be_repeated_stays_a_doubt(tmp_path: Path) -> None:
    with far_http() as far:
        root = described(tmp_path, far)
        far.fault = lambda fields: "dropped" if str(fields.get("to", "")).endswith("3") else ""
        tick(root)
        known = PROVIDER.format(url=far.url, more="key_holds: 24h")
        (root / "config" / "channels.yaml").write_text(known, encoding="utf-8")
        for at in ("2026-11-28T11:30", "2026-11-28T11:32"):
            tick(root, at)
        assert counted(root) == {"accepted": 3, "unknown": 1}, "it may well have gone out"


def test_what_the_provider_lists_was_sent_and_what_it_does_not_goes_again(tmp_path: Path) -> None:
    with far_http() as far:
        root = described(tmp_path, far, "ask: " + ASK)
        faults = {"3": "dropped", "4": "never_taken"}
        far.fault = lambda fields: faults.get(str(fields.get("to", " "))[-1], "")
        tick(root)
        far.fault = lambda _: ""
        shown = here("sms", "status", site=root).out
        assert ("Loa hỏi lại" in shown, "loa sms resolve" in shown) == (True, False)
        tick(root, "2026-11-28T09:00:30")
        assert counted(root) == {"accepted": 3, "unknown": 1}, "a list may lag: too early to give it up"
        tick(root, "2026-11-28T09:02:30")
        tick(root, "2026-11-28T09:03:30")
        assert counted(root) == {"accepted": 4}
        assert set(far.sent.values()) == {1}
        assert len(far.sent) == 4


def test_what_nobody_can_ask_about_waits_for_a_person(tmp_path: Path) -> None:
    with far_http(keys=False) as far:
        root = described(tmp_path, far)
        by = somebody(root)
        faults = {"3": "dropped", "4": "never_taken"}
        far.fault = lambda fields: faults.get(str(fields.get("to", " "))[-1], "")
        tick(root)
        far.fault = lambda _: ""
        for minute in (5, 10):
            tick(root, f"2026-11-28T09:{minute:02}")
        found = status(root)
        assert found["deliveries"]["unknown"] == 2  # type: ignore[index]
        unresolved = found["unresolved"]
        assert isinstance(unresolved, list)
        assert [set(each) for each in unresolved] == [{"delivery", "list", "number", "state", "code", "since"}] * 2
        assert all(MASKED.fullmatch(each["number"]) for each in unresolved)
        shown = here("sms", "status", site=root).out
        assert "loa sms resolve" in shown
        third, fourth = (each["delivery"] for each in unresolved)
        assert loa("sms", "resolve", third, "sent", *by, site=root).code == 0
        assert loa("sms", "resolve", third, "unsent", *by, site=root).code == 1, "it is no doubt any more"
        assert loa("sms", "resolve", "9999", "sent", *by, site=root).code == 1
        assert counted(root) == {"accepted": 3, "unknown": 1}
        assert fourth != third


def test_a_number_that_does_not_exist_is_marked_and_others_go_on(tmp_path: Path) -> None:
    with far_http() as far:
        root = described(tmp_path, far, "key_holds: 24h")
        far.fault = lambda fields: "bad_number" if str(fields.get("to", "")).endswith("3") else ""
        tick(root)
        assert counted(root) == {"accepted": 3, "failed": 1}
        tick(root, "2026-12-05T09:00")
        assert counted(root) == {"accepted": 6, "failed": 1}
        freed = here("contacts", "unblock", "-", "--reason", "đã gọi thử", site=root, stdin=NUMBERS[2], LOA_LANG="en")
        assert "1 entries" in freed.out
        far.fault = lambda _: ""
        tick(root, "2026-12-12T09:00")
        assert counted(root) == {"accepted": 10, "failed": 1}


def test_the_table_goes_by_list_area_and_prefix_and_out_as_csv(tmp_path: Path) -> None:
    with far_http() as far:
        root = described(tmp_path, far, "key_holds: 24h")
        far.fault = lambda fields: "bad_number" if str(fields.get("to", "")).endswith("3") else ""
        tick(root)
    out = root / "ra.csv"
    shown = here("sms", "status", "--group", "prefix", "--csv", out, site=root).out
    assert "091 (VinaPhone?)" in shown
    assert "033 (Viettel?)" in shown
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert [row["state"] for row in rows] == ["accepted", "accepted", "failed", "accepted"]
    assert [row["carrier_guess"] for row in rows] == ["VinaPhone", "VinaPhone", "Viettel", "MobiFone"]
    assert all(MASKED.fullmatch(row["number"]) for row in rows)
    assert rows[2]["reason"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    areas = root / "config" / "areas.yaml"
    before = areas.read_bytes()
    over = here("sms", "status", "--csv", areas, site=root)
    assert (over.code, "areas.yaml" in over.err, areas.read_bytes()) == (2, True, before)
    for text in (shown, out.read_text("utf-8-sig"), json.dumps(status(root))):
        assert not [number for number in NUMBERS if number[1:] in text]
    assert counted(root) == {"accepted": 3, "failed": 1}
    nobody = here("sms", "status", "--list", "khac", "--json", site=root)
    assert (nobody.code, "khac" in nobody.err) == (2, True)
    number = here("sms", "status", "--list", NUMBERS[0], site=root)
    assert (number.code, NUMBERS[0] in number.err) == (2, False)
    later = here("sms", "status", "--since", "2026-11-29", "--json", site=root).json
    assert sum(later["deliveries"].values()) == 0


# --- texts, as before -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("--jsonl",), ("--jsonl", "-"), ("measure", "--jsonl"), ("measure", "--jsonl", "-")])
def test_texts_are_measured_without_naming_a_command(tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = loa("sms", *words, stdin='"Gọi 113"\n')
    assert json.loads(ran.out)["encoding"] == "UCS-2"
