"""`make bench`: every benchmark in turn; `python -m benchmarks audio speech` runs some of them."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks


def main() -> None:
    names = sys.argv[1:] or [each.name for each in pkgutil.iter_modules(benchmarks.__path__) if each.name[0] != "_"]
    for name in names:
        print(f"== {name}")
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
