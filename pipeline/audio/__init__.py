"""Audio: the WAV of a voice → a mastered MP3 that joins with others frame by frame.

ffmpeg.py       the one door to files that people bring, and to the MP3 encoder
equalizer.py  limiter.py  mastering.py     presets: tone, true peaks, loudness, proven on the decoded file
mp3.py          frames of constant size: joining is concatenation, a pause is a repeated frame
tags.py  cues.py     what a file says of itself; what is heard when
renderings.py   the same recording in other kinds of file
chime.py        opening chime, separator and emergency signal
measure.py      loudness and true peak;  picture.py draws them
hearing.py  breaks.py     what is heard in one pass, and where the wave itself is broken
faults.py rules.py gate.py    what may be wrong and how grave;  the rules;  which sound is refused
"""
