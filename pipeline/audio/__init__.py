"""Audio: the WAV of a voice → a mastered MP3 that joins with others frame by frame.

ffmpeg.py       the one door to files that people bring, and to the MP3 encoder
equalizer.py  limiter.py  mastering.py     presets: tone, true peaks, loudness, proven on the decoded file
mp3.py          frames of constant size: joining is concatenation, a pause is a repeated frame
chime.py        opening chime and emergency signal
measure.py      loudness, true peak, and the checks a voice's file must pass;  picture.py draws it
"""
