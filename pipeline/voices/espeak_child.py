"""The only place where espeak-ng's library is loaded: a process of its own for each text.

espeak-ng is GPL-3, not thread-safe, and repeats itself exactly only in a fresh process. Imports nothing of Loa. Run as
`python -I -S espeak_child.py LIBRARY DATA VOICE WORDS_PER_MINUTE LIMIT_S OUT` with SSML on stdin; its exit codes are
explained in espeak.py, FAILURES.
"""

from __future__ import annotations

import ctypes
import sys
import wave
from pathlib import Path

SYNCHRONOUS = 2
DONT_EXIT = 0x8000
UTF8, SSML = 0x01, 0x10
RATE_WPM, VOLUME, WORD_GAP = 1, 2, 7
POSITION_CHARACTER = 1

CHUNK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def main(library: str, data: str, voice: str, words_per_minute: str, limit_s: str, out: str) -> int:
    espeak = ctypes.CDLL(library)
    rate = espeak.espeak_Initialize(SYNCHRONOUS, 0, data.encode(), DONT_EXIT)
    if rate <= 0:
        return 10
    if espeak.espeak_SetVoiceByName(voice.encode()) != 0:
        return 11
    espeak.espeak_SetParameter(RATE_WPM, int(words_per_minute), 0)
    espeak.espeak_SetParameter(VOLUME, 70, 0)  # at its own 100 it clips
    espeak.espeak_SetParameter(WORD_GAP, 1, 0)
    return speak(espeak, rate, sys.stdin.buffer.read() + b"\0", float(limit_s) * rate, out)


def speak(espeak: ctypes.CDLL, rate: int, ssml: bytes, limit: float, out: str) -> int:
    written = 0
    with Path(out).open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)

        def take(samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
            nonlocal written
            if samples and count > 0:
                written += count
                file.writeframesraw(ctypes.string_at(samples, 2 * count))
            return int(written > limit)  # anything but 0 ends the synthesis

        callback = CHUNK(take)
        espeak.espeak_SetSynthCallback(callback)
        size = ctypes.c_size_t(len(ssml))
        status = espeak.espeak_Synth(ssml, size, 0, POSITION_CHARACTER, 0, UTF8 | SSML, None, None)
    if written > limit:
        return 13
    return 12 if status != 0 or written == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
