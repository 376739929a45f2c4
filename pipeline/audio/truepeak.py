"""The true peak of a stream: libebur128's meter (4× oversampled), asked only where an answer could be higher."""

from __future__ import annotations

import numpy as np

from pipeline.audio.ffmpeg import RATE, Samples

BLOCK = 512
CONTEXT = 24  # samples that settle the meter's filter of 13 taps a phase
MOST_RISE = 1.865  # largest sum of absolute taps of a phase: no point between samples is higher than this × the highest


class TruePeakMeter:
    """Takes samples in parts of any size; `highest` is the true peak so far, linear."""

    def __init__(self) -> None:
        from pyebur128 import MeasurementMode, R128State

        self.highest = 0.0
        self._state = R128State(1, RATE, MeasurementMode.MODE_TRUE_PEAK)
        self._carried: Samples = np.zeros(2 * CONTEXT, dtype=np.float32)

    def add(self, part: Samples) -> None:
        wave = np.concatenate([self._carried, part])
        self._carried = wave[-2 * CONTEXT :]
        starts = np.arange(CONTEXT, wave.size - CONTEXT, BLOCK)
        if not starts.size:
            return
        levels = np.maximum.reduceat(np.abs(wave), starts)
        for index in np.argsort(-levels):
            if levels[index] * MOST_RISE <= self.highest:
                break
            self._ask(wave, int(starts[index]))

    def finish(self) -> float:
        """The true peak of everything, the ringing after the last sample included."""
        self.add(np.zeros(2 * CONTEXT, dtype=np.float32))
        return self.highest

    def _ask(self, wave: Samples, start: int) -> None:
        from pyebur128 import get_previous_true_peak

        before, block = wave[start - CONTEXT : start], wave[start : start + BLOCK + CONTEXT]
        self._state.add_frames(before, before.size)
        self._state.add_frames(block, block.size)
        self.highest = max(self.highest, float(get_previous_true_peak(self._state, 0)))
