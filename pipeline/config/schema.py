"""JSON Schemas of the files people write, so that their editors complete keys and explain them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.fields import Record

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas(records: Mapping[str, tuple[str, Record]]) -> dict[str, dict[str, Any]]:
    """File name in config/schema → schema, of records by name, each with its Vietnamese title."""
    return {
        f"{name}.json": {"$schema": DRAFT, "title": title, **record.schema()}
        for name, (title, record) in sorted(records.items())
    }


def write(folder: Path, found: Mapping[str, Mapping[str, Any]]) -> None:
    """Write each schema as the file that editors are pointed to."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in found.items():
        (folder / name).write_text(text(schema), encoding="utf-8")


def text(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
