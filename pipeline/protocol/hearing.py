"""What listening back found, as it is kept and handed on. It never changes what a receipt says: "heard" stands beside
"played"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from pipeline.errors import ContentError


class Verdict(StrEnum):
    """What a microphone can say of one airing."""

    HEARD = "heard"
    PARTLY = "partly"
    NOT_HEARD = "not_heard"
    UNSURE = "unsure"  # noise, or a file too short, left it open


REASONS = frozenset(
    {
        "",
        "listening_silence",
        "listening_other_sound",
        "listening_faint",
        "listening_masked",
        "listening_short",
        "listening_began_late",
        "listening_ended_early",
        "listening_gap",
    }
)
_MOST = 1e6  # no figure of a hearing comes near it; NaN is not below it either


@dataclass(frozen=True, slots=True)
class Hearing:
    """One airing as a microphone heard it. Times in seconds, levels in dB.

    score: by how many standard deviations the likeness at `delay_s` stands above that at all other delays.
    share: of the seconds of the recording in which anything sounds, those that were found (0 to 1).
    from_s, to_s: where in the recording the first and the last of them lie.
    delay_s: by how much the sound came later than expected; level_db: how loud it arrived, against the file.
    reason: a code of the catalogue; empty where all was heard.
    """

    verdict: Verdict
    score: float = 0.0
    share: float = 0.0
    from_s: float | None = None
    to_s: float | None = None
    delay_s: float | None = None
    level_db: float | None = None
    reason: str = ""

    def as_json(self) -> dict[str, str | float | None]:
        """For a document; `read` gives the same hearing back."""
        return {name: str(value) if name == "verdict" else value for name, value in asdict(self).items()}

    def as_facts(self) -> dict[str, str]:
        """The same as texts, for an entry of a receiver's journal."""
        return {name: "" if value is None else str(value) for name, value in self.as_json().items()}

    @classmethod
    def read_facts(cls, facts: Mapping[str, str]) -> Hearing:
        """From an entry of a journal, which may say more. ContentError: hearing_malformed."""
        texts, names = {"verdict", "reason"}, {each.name for each in fields(cls)}
        known = {name: text for name, text in facts.items() if name in names}
        return cls.read({name: text if name in texts else _number(name, text) for name, text in known.items()})

    @classmethod
    def read(cls, document: object) -> Hearing:
        """From what another process or machine wrote: exactly these keys. ContentError: hearing_malformed."""
        names = [each.name for each in fields(cls)]
        if not isinstance(document, Mapping) or set(document) != set(names):
            raise ContentError("hearing_malformed", key="")
        verdict, reason = document["verdict"], document["reason"]
        if not isinstance(verdict, str) or verdict not in set(Verdict):
            raise ContentError("hearing_malformed", key="verdict")
        if not isinstance(reason, str) or reason not in REASONS:
            raise ContentError("hearing_malformed", key="reason")
        figures = {name: _figure(name, document[name]) for name in names if name not in ("verdict", "reason")}
        score, share = figures.pop("score"), figures.pop("share")
        if score is None or share is None or not 0 <= share <= 1:
            raise ContentError("hearing_malformed", key="share" if score is not None else "score")
        if (figures["from_s"] or 0.0) > (figures["to_s"] or _MOST):
            raise ContentError("hearing_malformed", key="to_s")
        return cls(Verdict(verdict), score, share, **figures, reason=reason)


def _number(name: str, text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise ContentError("hearing_malformed", key=name) from None


def _figure(name: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= _MOST:
        raise ContentError("hearing_malformed", key=name)
    return float(value)
