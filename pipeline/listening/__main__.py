"""`python -m pipeline.listening RECORDING HEARD`: one JSON object on stdout. Exit code 1 where nothing was compared."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import LoaError


def main(arguments: list[str] | None = None) -> int:
    """Compares, and prints the hearing or `{"code", "params"}` of what kept it from comparing."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.listening", description=__doc__)
    parser.add_argument("recording", type=Path)
    parser.add_argument("heard", type=Path)
    parser.add_argument(
        "--lead", type=float, default=0.0, metavar="SECONDS", help="how long HEARD ran before the airing"
    )
    parser.add_argument("--from", dest="from_s", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--to", dest="to_s", type=float, default=None, metavar="SECONDS")
    parser.add_argument("--words", action="append", default=[], type=_span, metavar="FROM-TO")
    parser.add_argument(
        "--usual", type=float, default=None, metavar="DB", help="the level_db this microphone usually finds"
    )
    parser.add_argument("--nice", action="store_true", help="give way to whatever else the machine does")
    given = parser.parse_args(arguments)
    if given.nice:
        os.nice(15)
    try:
        from pipeline.listening.comparing import compare

        found = compare(
            given.recording,
            given.heard,
            lead_s=given.lead,
            from_s=given.from_s,
            to_s=given.to_s,
            words=given.words,
            usual_db=given.usual,
        )
    except ImportError:
        return _failed("listening_not_installed", {})
    except LoaError as error:
        return _failed(error.code, dict(error.params))
    _say(found.as_json())
    return 0


def _span(text: str) -> tuple[float, float]:
    start, _, end = text.partition("-")
    return float(start), float(end)


def _failed(code: str, params: dict[str, str]) -> int:
    _say({"code": code, "params": params})
    return 1


def _say(document: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
