"""Google's voice through gTTS: its words and requests are gTTS's, the line they go over is ours.

A text is cut into few requests, each is paced and repeated with sense, and every answer must decode to about the
length of its words: half an answer is no answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from pipeline.config.voices import GTTS_TLDS
from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.voices.clauses import ends_sentence, pack
from pipeline.voices.gtts_request import CONNECT_S, LANGUAGE, READ_S, AgainError, fetch
from pipeline.voices.wav import NORMAL, RATE, Pauses, paragraphs, read_mp3, silence, trimmed, whole, write_wav

CLAUSE_S = 0.15  # between two requests within a sentence
MOST_CHARACTERS_PER_S = 25.0  # of one request at normal pace; a faster one has lost its end
SLACK_S = 0.3
PACE_S = 0.3  # between two requests
RETRIES = 2  # of one request
BACK_OFF_S = 1.0
LONGEST_REST_S = 86_400.0
REVISION = 2


class Gtts:
    """`rate` changes the pace at the same pitch; `deadline_s` bounds a whole text.

    Google's answers lose the silence around their words; what stands between two of them is ours. Within an answer
    pauses are Google's.
    """

    name = "gtts"

    def __init__(
        self,
        *,
        rate: float = 1.0,
        tld: str = GTTS_TLDS[0],
        pauses: Pauses = NORMAL,
        deadline_s: float = 180.0,
        pace_s: float = PACE_S,
        sleep: Callable[[float], None] = time.sleep,
        timeout_s: tuple[float, float] = (CONNECT_S, READ_S),
    ) -> None:
        if tld not in GTTS_TLDS:
            raise VoiceError("gtts_host_refused", tld=tld)
        self.rate, self.tld, self.pauses = rate, tld, pauses
        self.deadline_s, self.pace_s, self.timeout_s = deadline_s, pace_s, timeout_s
        self._sleep = sleep
        self._resting_until = 0.0  # by the monotonic clock: what a busy server asked for

    @cached_property
    def fingerprint(self) -> str:
        from importlib.metadata import version

        return f"gtts/{LANGUAGE} {self.rate:g} {self.tld} {self.pauses.fingerprint} r{REVISION} {version('gTTS')}"

    @property
    def characters_per_s(self) -> tuple[float, float]:
        return 8.0 * self.rate, MOST_CHARACTERS_PER_S * self.rate

    def check(self) -> None:
        """One word, spoken by the real service."""
        self._speak("Xin chào", time.monotonic() + min(self.deadline_s, 30.0))

    def synthesize(self, text: SpeechText, out: Path) -> None:
        """Mono, 32 kHz.

        VoiceError: nothing_to_speak, gtts_unreachable, gtts_untrusted, gtts_redirected, gtts_throttled, gtts_failing,
        gtts_refused, gtts_no_audio, gtts_incomplete, voice_not_decodable, voice_timed_out.
        """
        deadline = time.monotonic() + self.deadline_s
        with whole(out) as temporary:
            pcm: list[bytes] = []
            for paragraph in paragraphs(text):
                if pcm:
                    pcm[-1] = silence(self.pauses.paragraph_s)
                for clause in pack(paragraph):
                    if pcm:
                        self._pause(self.pace_s, deadline)
                    pause_s = self.pauses.sentence_s if ends_sentence(clause) else CLAUSE_S
                    pcm += [self._speak(clause, deadline), silence(pause_s)]
            write_wav(temporary, pcm[:-1])

    def _speak(self, clause: str, deadline: float) -> bytes:
        pcm = trimmed(read_mp3(self._fetch(clause, deadline), self.rate))
        seconds = len(pcm) / 2 / RATE * self.rate
        if len(clause) > MOST_CHARACTERS_PER_S * (seconds + SLACK_S):
            raise VoiceError("gtts_incomplete", retryable=True, seconds=round(seconds, 1), characters=len(clause))
        return pcm

    def _fetch(self, clause: str, deadline: float) -> bytes:
        """The MP3 of one clause. What may pass by itself is tried again, as long as the deadline allows."""
        if time.monotonic() < self._resting_until:
            raise VoiceError("gtts_throttled", retryable=True)
        for attempt in range(RETRIES + 1):
            try:
                return fetch(clause, self.tld, self._left(deadline), self.timeout_s)
            except AgainError as again:
                wait_s = again.after_s or BACK_OFF_S * 2**attempt
                if attempt == RETRIES or time.monotonic() + wait_s >= deadline:
                    self._resting_until = time.monotonic() + min(again.after_s, LONGEST_REST_S)
                    raise again.error from None
                self._sleep(wait_s)
        raise AssertionError

    def _pause(self, seconds: float, deadline: float) -> None:
        if time.monotonic() + seconds >= deadline:
            raise self._too_late()
        self._sleep(seconds)

    def _left(self, deadline: float) -> float:
        left = deadline - time.monotonic()
        if left <= 0:
            raise self._too_late()
        return left

    def _too_late(self) -> VoiceError:
        return VoiceError("voice_timed_out", retryable=True, voice=self.name, seconds=round(self.deadline_s))
