"""`type: http_sms` of config/channels.yaml: an SMS provider that is described in words, not programmed.

A description says what a request looks like (places such as `{phone}` are filled in), where its answer has a code and a
reference, what each code means, how long the provider knows our key again, and how it may be asked later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pipeline import documents
from pipeline.config.entries import at
from pipeline.config.online import Rate
from pipeline.config.places import ASK_PLACES, PHONES, Address, FilledTree, Headers, places_in, texts_in
from pipeline.documents import Node
from pipeline.fields import (
    Choice,
    Duration,
    Field,
    Flag,
    ListOf,
    Reading,
    Record,
    Text,
    Whole,
    refuse_shape,
    scalar,
    shown,
)

REASONS = (
    "bad_number",
    "landline",
    "opted_out",
    "blocked",
    "unreachable",
    "text_refused",
    "sender_refused",
    "no_credit",
    "credentials",
    "too_fast",
    "expired",
    "refused",
)
"""Why something was not sent; `sms_` and the word is the code of its sentence."""

LAG = timedelta(seconds=60)
MAX_UNBOUNDED = 2  # with more a pattern may take for ever


class Where:
    """Where a value stands in an answer: a path in JSON (`data.0.id`), or `regex: …(…)…` over its first characters."""

    def read(self, node: Node, reading: Reading) -> str | None:
        value = scalar(node, reading)
        if value is None:
            return None
        value = value.strip()
        pattern = value.removeprefix("regex:").strip()
        good = _is_tame(pattern) if value.startswith("regex:") else bool(re.fullmatch(r"[\w$@-]+(\.[\w$@-]+)*", value))
        if not good or len(value) > 200:
            reading.error(node, "provider_where_bad", value=shown(value))
            return None
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


def _is_tame(pattern: str) -> bool:
    """A pattern with one group, which is not repeated, and few repeats without end."""
    try:
        groups = re.compile(pattern).groups
    except re.error:
        return False
    bare = re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "x", pattern)
    endless = len(re.findall(r"[*+]|\{\d*,?\d*\}", bare))
    return groups == 1 and endless <= MAX_UNBOUNDED and not re.search(r"\)[*+?{]|\(\?(?!:)", bare)


@dataclass(frozen=True)
class Meanings:
    """Codes of a provider, each with the reason it stands for."""

    def read(self, node: Node, reading: Reading) -> dict[str, str] | None:
        if not isinstance(node, documents.Mapping):
            refuse_shape(node, "expected_table", reading)
            return None
        found: dict[str, str] = {}
        for code, each in node.values.items():
            reason = Choice(REASONS).read(each, reading)
            if reason is not None:
                found[code] = f"sms_{reason}"
        return found

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": {"enum": list(REASONS)}}


_CODES = ListOf(Text(limit=100, one_line=True), empty=False)
_CODE = Field(
    "code",
    ListOf(Where(), or_one=True, empty=False),
    "mã trả lời nằm ở đâu: đường dẫn JSON như data.0.status, hoặc regex: …; nhiều chỗ thì nối bằng /; "
    "không nêu hoặc không thấy thì mã là http:200, http:400 …",
    "where the code stands: a JSON path such as data.0.status, or regex: …; several are joined by /; "
    "without it, or where it is not found, the code is http:200, http:400 …",
)

ANSWER = Record(
    (
        _CODE,
        Field(
            "ref", Where(), "mã tin của nhà cung cấp nằm ở đâu", "where the provider's own name of the message stands"
        ),
        Field("sent", _CODES, "các mã nghĩa là đã nhận gửi", "codes that mean: taken over", required=True),
        Field(
            "repeated",
            _CODES,
            "các mã nghĩa là khóa này đã nhận trước đó: tin đã đi, không gửi lần hai",
            "codes that mean: this key was taken before, it has gone out and is not sent twice",
        ),
        Field(
            "unsent",
            Meanings(),
            "các mã nghĩa là chắc chắn chưa gửi, sẽ thử lại; mỗi mã kèm lý do",
            "codes that mean: certainly not sent, to be tried again; each with its reason",
        ),
        Field(
            "refused",
            Meanings(),
            "các mã nghĩa là bị từ chối hẳn; mỗi mã kèm lý do",
            "codes that mean: refused for good; each with its reason",
        ),
    )
)

_METHOD = Field("method", Choice(("post", "get", "put")), "cách gọi, mặc định post", "method, post by default")
_FORM = Field(
    "form",
    Choice(("json", "form", "query")),
    "fields đi dưới dạng nào, mặc định json (get luôn là query)",
    "how the fields travel, json by default (get is always query)",
)
_FIELDS_VI = (
    "các trường của yêu cầu; {phone} {phone_local} {phone_plus} {text} {key} {sender} {unicode} {secret:TÊN_BIẾN}"
)
_FIELDS_EN = "fields of a request; {phone} {phone_local} {phone_plus} {text} {key} {sender} {unicode} {secret:NAME}"

ASK = Record(
    (
        Field("url", Address(), "địa chỉ để hỏi lại một tin", "where one message is asked about", required=True),
        Field("method", Choice(("get", "post")), "cách hỏi, mặc định get", "method, get by default"),
        _FORM,
        Field("fields", FilledTree(ASK_PLACES), "các trường, có {key} hoặc {ref}", "its fields, with {key} or {ref}"),
        Field("headers", Headers(), "tiêu đề của yêu cầu, mặc định như khi gửi", "its headers, by default the same"),
        _CODE,
        Field("ref", Where(), "mã tin của nhà cung cấp nằm ở đâu", "where the provider's own name stands"),
        Field("waiting", _CODES, "các mã nghĩa là đã nhận, chưa rõ kết quả", "codes that mean: taken over, no more"),
        Field("arrived", _CODES, "các mã nghĩa là đã tới máy", "codes that mean: on the handset"),
        Field("failed", Meanings(), "các mã nghĩa là không tới được, kèm lý do", "codes that mean: failed, and why"),
        Field(
            "unlisted",
            _CODES,
            "các mã nghĩa là nhà cung cấp không hề có tin này: chưa gửi",
            "codes that mean: the provider does not know it, it was not sent",
        ),
        Field(
            "lag",
            Duration(LAG, timedelta(hours=24)),
            "sau bao lâu mới tin là chưa gửi, mặc định và ít nhất 60s",
            "after how long that is believed, 60s by default and at least",
        ),
    )
)


def http_sms(kind: Field) -> Record:
    """The record of the type; `kind` is the field `type` that all channels have."""
    return Record(
        (
            kind,
            Field("url", Address(), "địa chỉ gửi tin của nhà cung cấp", "where messages are sent to", required=True),
            _METHOD,
            _FORM,
            Field("headers", Headers(), "tiêu đề của yêu cầu", "headers of a request"),
            Field("fields", FilledTree(), _FIELDS_VI, _FIELDS_EN, required=True),
            Field("answer", ANSWER, "đọc câu trả lời thế nào", "how its answer is read", required=True),
            Field(
                "key_holds",
                Duration(timedelta(minutes=1), timedelta(days=30)),
                "nhà cung cấp nhớ {key} bao lâu để không gửi trùng; không nêu là không nhớ",
                "how long the provider knows {key} again and sends nothing twice; without it: not at all",
            ),
            Field("ask", ASK, "hỏi lại một tin thế nào", "how it can be asked about a message"),
            Field("sender", Text(limit=40, one_line=True), "tên người gửi đã đăng ký", "registered sender name"),
            Field(
                "sender_in_text",
                Flag(),
                "nhà cung cấp có đòi tên người gửi đứng trong nội dung không; nếu thiếu, Loa đặt tên lên đầu tin",
                "whether the provider wants the sender's name in the text; Loa puts it in front where it is missing",
            ),
            Field("rate", Rate(), "số tin bắt đầu gửi mỗi giây, ví dụ 10/s", "messages started a second, as in 10/s"),
            Field("timeout", Duration(high=timedelta(minutes=1)), "chờ một yêu cầu tối đa bao lâu", "of one request"),
            Field(
                "at_once",
                Whole(1, 64),
                "số yêu cầu chạy cùng lúc, mặc định 8",
                "requests at the same time, 8 by default",
            ),
            Field("price_per_part", Whole(0, 100_000), "giá một tin ngắn, đồng", "price of one part, VND"),
        )
    )


HTTP_SMS_DEFAULTS: Mapping[str, Any] = {
    "method": "post",
    "form": "json",
    "headers": {},
    "rate": 10,
    "timeout": timedelta(seconds=10),
    "at_once": 8,
    "price_per_part": 0,
}


def check_http_sms(node: documents.Mapping, values: Mapping[str, Any], reading: Reading) -> None:
    """What the keys of a description owe each other."""
    fields, headers = values.get("fields"), values.get("headers", {})
    if fields is not None:
        given = {place for text in (*texts_in(fields), *headers.values()) for place in places_in(text)}
        mark = at(node, "fields")
        if not given & set(PHONES):
            reading.error(mark, "provider_place_missing", value="{phone}")
        if "text" not in given:
            reading.error(mark, "provider_place_missing", value="{text}")
        if "ref" in given:
            reading.error(mark, "provider_place_only_asking", value="{ref}")
        if "sender" in given and "sender" not in values:
            reading.error(node, "sender_missing")
        if "key_holds" in values and "key" not in given:
            reading.error(at(node, "key_holds"), "provider_place_missing", value="{key}")
    _check_codes(at(node, "answer"), values.get("answer"), ("sent", "repeated", "unsent", "refused"), reading)
    _check_ask(at(node, "ask"), values.get("ask"), headers, reading)


def _check_ask(node: Node, ask: Mapping[str, Any] | None, headers: Mapping[str, str], reading: Reading) -> None:
    if ask is None or "url" not in ask:
        return
    texts = (ask["url"], *texts_in(ask.get("fields", {})), *ask.get("headers", headers).values())
    given = {place for text in texts for place in places_in(text)}
    if not given & {"key", "ref"}:
        reading.error(node, "provider_place_missing", value="{key}")
    if wrong := sorted(given & {*PHONES, "text"}):
        reading.error(node, "provider_place_only_sending", value=f"{{{wrong[0]}}}")
    groups = ("waiting", "arrived", "failed", "unlisted")
    if not any(ask.get(group) for group in groups):
        reading.error(node, "key_missing", key="waiting")
    _check_codes(node, ask, groups, reading)


def _check_codes(node: Node, codes: Mapping[str, Any] | None, groups: Iterable[str], reading: Reading) -> None:
    seen: dict[str, str] = {}
    for group in groups:
        for code in (codes or {}).get(group, ()):
            if code in seen:
                reading.error(
                    at(node, group) if isinstance(node, documents.Mapping) else node,
                    "provider_code_twice",
                    value=shown(code),
                    other=seen[code],
                )
            seen[code] = group
