"""What a station has said twice, at once and in the same words: people miss half of what a horn says the first time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.config.report_channels import ReportChannel, cited
from pipeline.config.voices import TwiceSettings
from pipeline.speech.markup import is_quoted, unquoted
from pipeline.speech.sentences import sentences

AGAIN = "Xin nhắc lại: "
_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def repeated(text: str, settings: TwiceSettings, channels: Iterable[ReportChannel]) -> str:
    """A text as written → the same with its repeats.

    The advice, a paragraph quoted with `> `, is followed by itself. Of a report channel the last sentence that names it
    is said again at once, unless the advice says it and is repeated itself. What its author has written twice already
    is not said a third time.
    """
    paragraphs = [each for each in _PARAGRAPHS.split(text.strip()) if each.strip()]
    advice = [number for number, each in enumerate(paragraphs) if is_quoted(each)] if settings.advice else []
    hotlines = _hotlines(paragraphs, advice, list(channels)) if settings.hotline else {}
    said: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        again = [each for each in hotlines.get(number, ()) if _times(each, paragraphs) < 2]
        if number in advice:
            words = _words(paragraph)
            said += [paragraph, AGAIN + words] if _times(words, paragraphs) < 2 else [paragraph]
        else:
            said += _with(paragraph, again) if again else [paragraph]
    return "\n\n".join(said)


def _with(paragraph: str, again: Sequence[str]) -> Iterator[str]:
    """Sentences of a paragraph said again behind the last of them; behind the whole where its lines must stay lines."""
    if "\n" in paragraph or is_quoted(paragraph):
        yield paragraph
        yield AGAIN + " ".join(again)
        return
    words = _words(paragraph)
    end = words.rindex(again[-1]) + len(again[-1])
    yield " ".join(filter(None, (words[:end], AGAIN + " ".join(again), words[end:].strip())))


def _hotlines(
    paragraphs: Sequence[str], advice: Sequence[int], channels: Sequence[ReportChannel]
) -> dict[int, list[str]]:
    """By paragraph, the last sentences that name a channel, each once; of channels that the advice names its own."""
    last: dict[str, tuple[int, int, str]] = {}
    for number, paragraph in enumerate(paragraphs):
        for place, sentence in enumerate(sentences(_words(paragraph))):
            for channel in cited(sentence, channels):
                if channel.id not in last or last[channel.id][0] not in advice:
                    last[channel.id] = (number, place, sentence.removeprefix(AGAIN))
    found: dict[int, list[str]] = {}
    for number, _, sentence in sorted(set(last.values())):
        found.setdefault(number, []).append(sentence)
    return found


def _times(said: str, paragraphs: Sequence[str]) -> int:
    """How often the text says these very words."""
    return sum(_words(each).casefold().count(said.casefold()) for each in paragraphs)


def _words(paragraph: str) -> str:
    """In one line, without the marks of a quotation."""
    return " ".join(unquoted(paragraph).split())
