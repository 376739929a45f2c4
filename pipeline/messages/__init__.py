"""The one catalogue of sentences for people: a code → what happened and what to do, in Vietnamese and English.

Each module beside this file holds the codes of one part of the house. Code and logs are English and use codes only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from string import Formatter
from typing import Literal

from pipeline.messages import (
    adapters,
    air,
    approval,
    assembly,
    bundle,
    bundle_sheet,
    cli,
    clock,
    config,
    contact_requests,
    contacts,
    coverage,
    documents,
    fleet,
    gate,
    http_sms,
    listening,
    log,
    mastering,
    order,
    plan,
    programme_language,
    proofread_facts,
    proofreading,
    receiver,
    receiver_work,
    schedule,
    sms_line,
    sms_reasons,
    sms_sending,
    sms_status,
    speakers,
    speech,
    station,
    store,
    telling,
    templates,
    twilio,
    urgent,
    voices,
)
from pipeline.messages.message import Message

Language = Literal["vi", "en"]


def language() -> Language:
    """`LOA_LANG=en` asks for English; everybody else reads Vietnamese."""
    return "en" if os.environ.get("LOA_LANG", "").lower().startswith("en") else "vi"


def render(code: str, params: Mapping[str, str] | None = None, lang: Language | None = None) -> tuple[str, str]:
    """The sentence of a code and its hint. An unknown code renders as itself: a lost sentence must not stop a bulletin.

    A parameter `kind` names a kind of thing (`area`, `bulletin` …) and is itself rendered from `kind_area` and so on.
    """
    message = CATALOGUE.get(code)
    if message is None:
        return " ".join([code, *(params or {}).values()]), ""
    texts = (message.vi, message.hint_vi) if (lang or language()) == "vi" else (message.en, message.hint_en)
    fields = dict(params or {})
    if "kind" in fields:
        fields["kind"] = render("kind_" + fields["kind"], None, lang)[0].removeprefix("kind_")
    return _filled(texts[0], fields), _filled(_possible(texts[1], fields), fields)


def say(code: str, lang: Language | None = None, /, **params: object) -> str:
    """The sentence of a code alone, for the words of tables and progress bars."""
    return render(code, {name: str(value) for name, value in params.items()}, lang)[0]


def _possible(hint: str, fields: Mapping[str, str]) -> str:
    """A hint without the clauses that would name what there is not: no “the closest is: ”."""
    empty = [f"{{{name}}}" for name, value in fields.items() if not value]
    if not any(name in hint for name in empty):
        return hint
    return "; ".join(clause for clause in hint.split("; ") if not any(name in clause for name in empty))


def _filled(text: str, fields: Mapping[str, str]) -> str:
    """A sentence with its parameters. What nobody gave leaves no empty brackets and no braces behind."""
    names = {name for _, name, _, _ in Formatter().parse(text) if name}
    absent = "|".join(name for name in names if not fields.get(name))
    if absent:
        text = re.sub(rf"\s*\([“\s]*{{(?:{absent})}}[”\s]*\)", "", text)
    lost = "|".join(name for name in names if name not in fields)
    if lost:
        text = re.sub(rf"\s*“{{(?:{lost})}}”", "", text)
        text = re.sub(rf"\s*[:,;]\s*{{(?:{lost})}}(?=$|[.;)])", "", text)
    return text.format_map({**dict.fromkeys(names, "…"), **fields}).strip()


CATALOGUE: Mapping[str, Message] = {
    **documents.MESSAGES,
    **config.MESSAGES,
    **schedule.MESSAGES,
    **programme_language.MESSAGES,
    **coverage.MESSAGES,
    **speech.MESSAGES,
    **speakers.MESSAGES,
    **proofreading.MESSAGES,
    **receiver.MESSAGES,
    **receiver_work.MESSAGES,
    **fleet.MESSAGES,
    **adapters.MESSAGES,
    **proofread_facts.MESSAGES,
    **contacts.MESSAGES,
    **contact_requests.MESSAGES,
    **voices.MESSAGES,
    **gate.MESSAGES,
    **assembly.MESSAGES,
    **air.MESSAGES,
    **station.MESSAGES,
    **store.MESSAGES,
    **approval.MESSAGES,
    **cli.MESSAGES,
    **telling.MESSAGES,
    **templates.MESSAGES,
    **urgent.MESSAGES,
    **clock.MESSAGES,
    **mastering.MESSAGES,
    **plan.MESSAGES,
    **order.MESSAGES,
    **sms_reasons.MESSAGES,
    **sms_sending.MESSAGES,
    **http_sms.MESSAGES,
    **listening.MESSAGES,
    **log.MESSAGES,
    **sms_status.MESSAGES,
    **sms_line.MESSAGES,
    **twilio.MESSAGES,
    **bundle.MESSAGES,
    **bundle_sheet.MESSAGES,
}
