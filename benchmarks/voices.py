"""Voices over the 24 bulletins: requests to Google against gTTS's own, seconds of speech per second of each engine."""

from __future__ import annotations

import tempfile
import time
import wave
from pathlib import Path

from pipeline import speech
from pipeline.domain import SpeechText
from pipeline.site import Site, load_site
from pipeline.voices import VoiceEngine
from pipeline.voices.clauses import ends_sentence, pack
from pipeline.voices.espeak import REGIONS, Espeak
from pipeline.voices.wav import paragraphs

ROOT = Path(__file__).parents[1]
SPOKEN = 6  # bulletins that each engine speaks


def main() -> None:
    """Prints a figure a line."""
    texts = spoken_bulletins(load_site(ROOT))
    for name, figure in {**requests(texts), **pace(texts[:SPOKEN])}.items():
        print(f"{name:44} {figure:10.3f}")


def spoken_bulletins(site: Site) -> list[SpeechText]:
    return [speech.read_aloud(each.text, site.lexicon) for each in site.bulletins.values()]


def requests(texts: list[SpeechText]) -> dict[str, float]:
    """Of all texts, and of the worst of them; gTTS by itself gets the same words as one text a bulletin."""
    ours = [[piece for paragraph in paragraphs(text) for piece in pack(paragraph)] for text in texts]
    alone = [requests_alone(" ".join(paragraphs(text))) for text in texts]
    pieces = [piece for each in ours for piece in each]
    return {
        "requests a bulletin, gTTS alone": sum(alone) / len(texts),
        "requests a bulletin": len(pieces) / len(texts),
        "ratio_requests/alone": len(pieces) / sum(alone),
        "ratio_requests/alone, worst bulletin": max(len(each) / one for each, one in zip(ours, alone, strict=True)),
        "share of pieces that end a sentence": sum(map(ends_sentence, pieces)) / len(pieces),
    }


def requests_alone(text: str) -> int:
    """How many requests gTTS makes of a text by itself."""
    from gtts import gTTS

    return len(gTTS(text, lang="vi", lang_check=False)._prepare_requests())


def pace(texts: list[SpeechText]) -> dict[str, float]:
    """Seconds of speech a second of waiting, and how many renders repeat to the byte."""
    figures: dict[str, float] = {}
    for voice, name in [(Espeak(region=region), f"espeak-ng {region}") for region in REGIONS]:
        spoken = [_speak(voice, text) for text in texts]
        figures[f"{name}: times real time"] = sum(each[0] for each in spoken) / sum(each[1] for each in spoken)
        again = [_speak(voice, text)[2] for text in texts]
        same = sum(first[2] == second for first, second in zip(spoken, again, strict=True))
        figures[f"{name}: renders that repeat to the byte"] = same / len(texts)
    return figures


def _speak(voice: VoiceEngine, text: SpeechText) -> tuple[float, float, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "a.wav"
        start = time.perf_counter()
        voice.synthesize(text, out)
        seconds = time.perf_counter() - start
        with wave.open(str(out)) as file:
            return file.getnframes() / file.getframerate(), seconds, out.read_bytes()


if __name__ == "__main__":
    main()
