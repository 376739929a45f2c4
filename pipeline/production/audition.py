"""One voice on trial: a sentence through synthesis, gate and mastering, as a bulletin goes."""

from __future__ import annotations

from pathlib import Path

from pipeline import speech
from pipeline.errors import VoiceError
from pipeline.production.segments import Passage, Segment, Segments
from pipeline.site import Site
from pipeline.voices import VoiceEngine

SENTENCE = "Công an không làm việc qua điện thoại. Nghi ngờ bị lừa đảo, bà con hãy tắt máy và báo Công an xã."


def audition(site: Site, voice: VoiceEngine, folder: Path, sentence: str = SENTENCE) -> Segment:
    """The sentence as this voice speaks it, mastered, in `folder`. VoiceError or AudioError with what ails it."""
    voice.check()
    segments = Segments(folder, [voice], site.preset(), recorded=False)
    try:
        made = segments.make(Passage(voice.name, speech.read_aloud(sentence, site.lexicon)))
    except VoiceError:
        if segments.failures:
            raise segments.failures[0].error from None
        raise
    if made.doubt:
        raise segments.failures[0].error
    return made
