"""Listening back: a microphone beside the receiver, and whether it heard what was played.

    microphone.py   arecord beside the player, for as long as an airing takes
    apart.py        the comparison as a process of its own, which is how a receiver asks for it
    comparing.py    recording and microphone's file -> Hearing, by way of
    sound.py        a sound as a picture of its bands,
    aligning.py     the delay at which both look alike, and by how much
    judging.py      which seconds were found, and what may be said of it

By hand: `python -m pipeline.listening RECORDING HEARD`. A receiver needs neither numpy nor its memory. "Heard" never
changes a receipt: it stands beside "played".
"""

from pipeline.listening.apart import compare_apart, conclude
from pipeline.listening.microphone import Microphone, Taken, record
from pipeline.protocol.hearing import Hearing, Verdict

__all__ = ["Hearing", "Microphone", "Taken", "Verdict", "compare_apart", "conclude", "record"]
