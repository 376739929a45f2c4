"""How fast the reader is: sentences a second, a long line, hostile lines, the import; against one plain regex pass.

Seconds of the processor, but for the import. `python -m benchmarks speech`
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.speech import read_line

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
LONG = 1_000_000  # characters of the long lines
HOSTILE = (
    "1", "-", "(0", "9/9-", "1:", "A.", "QD/", "gọi 113, ", "tài khoản số ", "1%", "1-", "1/", "a.", "(", "A",
    "0988.", "./.", "%", "a\u0301\u0323", "1,", "T2-", "thứ 2,", "ngày 1,", "H24.", "113-", "1-1-", "8g-",
    "8h00,", "$1,", "1 000 ", "[1]", "a. A", "gặp a. An, ", "Q.1/", "1/2 ", "#aB", "@a", "a-b.vn/", "http://",
    "[a](", "**", "**21*", "1 x 1", "TT ", "CN T2 ", "X. A B ", "II, ", "½", "\u200b", "😀", "1tr1", "> 1",
    "số V ", "cháy (114), ", "mã A1-", "a" * 63 + ".vn ",
    "+84", "1.1.1.", "a/", "[", "@", "0,5", "0,5 ", "17h30", "QĐ-", "I/", "\u00a0", "- ", "đ/kg", "1đ/kg ", "1h/",
    "1k/", "<1", "±1", "x1", "12A ", "T2 ", "A1 ", "TP.1", "9/9-QĐ-1% ", "17h30-0,5đ/kg ", "gọi 113, 5/6/2026 [1]",
    "QĐ-I/#a😀",
    "mã 1234 ", "1:1 ", "1,2,3 ", "từ 1-1 đến 1-1 ", "M1-M1 ", "*100*a#", "15t ", "∞", "001-002 ", "ôaôa",
)  # fmt: skip


def main() -> None:
    """Prints figures a step; `s` are seconds."""
    for step, figure in measure().items():
        print(f"{step:28} {figure:12.3f}")


def measure(length: int = LONG) -> dict[str, float]:
    """Figures by step; every long line has `length` characters."""
    sentences = written_sentences()
    for sentence in sentences:
        read_line(sentence)
    seconds = timed(lambda: [read_line(sentence) for _ in range(10) for sentence in sentences])
    text = filled(" ".join(sentences) + " ", length)
    one_pass = timed(lambda: re.findall(r"\w+", text))
    line = timed(lambda: read_line(text))
    figures = {"sentences/s": 10 * len(sentences) / seconds, "line s": line, "ratio_line/word_pass": line / one_pass}
    for piece in HOSTILE:
        hostile = filled(piece, length)
        figures[f"hostile {piece.strip()!r} s"] = timed(lambda hostile=hostile: read_line(hostile))  # type: ignore[misc]
    figures["import s"] = min(import_seconds() for _ in range(3))
    return figures


def written_sentences() -> list[str]:
    """The written side of both sets of sentences."""
    lines = [line for path in sorted(GOLDEN.glob("speech*.tsv")) for line in path.read_text("utf-8").split("\n")[1:]]
    return [line.split("\t")[0] for line in lines if line]


def filled(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length]


def timed(run: Callable[[], object]) -> float:
    """Seconds of the processor: what else the machine does is not counted."""
    started = time.process_time()
    run()
    return time.process_time() - started


def import_seconds() -> float:
    """Seconds that `import pipeline.speech` takes in a fresh process, the interpreter itself not counted."""
    code = "import time; t = time.perf_counter(); import pipeline.speech; print(time.perf_counter() - t)"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    main()
