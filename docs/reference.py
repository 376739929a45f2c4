"""Writes the reference of every key of every file, English and Vietnamese, from the schemas: `make schema`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import site
from pipeline.config import schema
from pipeline.receiver.settings import NAME, RECEIVER

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / site.SCHEMA
WHERE = {
    "script": "scripts_audio/**/ID.md",
    "programme": "schedules/*.yaml",
    "receiver": f"{NAME} (loa receiver)",
}
ORDER = (
    "station",
    "areas",
    "channels",
    "topics",
    "calendar",
    "lexicon",
    "report_channels",
    "mastering",
    "programme",
    "script",
    "receiver",
)


class Twin(NamedTuple):
    """The same page in one language: which text of a key it takes, and its own words."""

    path: str
    text: str
    title: str
    opening: str
    heads: str
    required: str


TWINS = (
    Twin(
        "docs/configuration.md",
        "$comment",
        "Configuration: every key of every file",
        "Written by `make schema` from the descriptions the reader itself uses; **bold** keys are required. Unknown and "
        "doubled keys, anchors, aliases and tags are errors. Editors complete keys with `config/schema/*.json`.",
        "| key | what | may be |",
        "required",
    ),
    Twin(
        "docs/vi/cau-hinh.md",
        "description",
        "Cấu hình: mọi khóa của mọi tệp",
        "Trang này do `make schema` viết ra từ chính phần mô tả mà Loa dùng để đọc tệp; khóa in **đậm** là bắt buộc. Khóa lạ, "
        "khóa viết hai lần, neo, bí danh và thẻ YAML đều là lỗi. Trình soạn thảo gợi ý khóa nhờ `config/schema/*.json`.",
        "| khóa | là gì | có thể là |",
        "bắt buộc",
    ),
)


def schemas() -> dict[str, dict[str, Any]]:
    """Of the files of a site, and of the one that lies beside a receiver, by file name."""
    return {**site.schemas(), **schema.schemas({"receiver": ("Máy thu", RECEIVER)})}


def page(twin: Twin) -> str:
    """The whole reference in one language."""
    found = schemas()
    lines = [f"# {twin.title}", "", twin.opening]
    for name in ORDER:
        described = found[f"{name}.json"]
        lines += ["", f"## {WHERE.get(name, f'config/{name}.yaml')}", "", twin.heads, "|---|---|---|"]
        lines += [_row(path, field, needed, twin) for path, field, needed in _fields(described, "")]
    return "\n".join([*lines, ""])


def _fields(described: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Every key beneath a schema with its path, in the order it is written."""
    for name, field in described.get("properties", {}).items():
        yield prefix + name, field, name in described.get("required", ())
        for inner, mark in _inner(field):
            yield from _fields(inner, f"{prefix}{name}{mark}")


def _inner(field: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    for choice in (field, *field.get("anyOf", ()), *field.get("oneOf", ())):
        if "properties" in choice:
            yield choice, f"{_kind(choice)}."
        alone = [each for each in field.get("anyOf", ()) if "properties" in each]
        if isinstance(choice.get("items"), dict) and choice["items"] not in alone:
            yield from ((each, "[]" + mark) for each, mark in _inner(choice["items"]))
        if isinstance(choice.get("additionalProperties"), dict):
            yield from ((each, ".ID" + mark) for each, mark in _inner(choice["additionalProperties"]))


def _kind(choice: Mapping[str, Any]) -> str:
    """The `type` that decides which keys a table has, where one does."""
    named = choice["properties"].get("type", {}).get("const")
    return f"({named})" if named else ""


def _row(path: str, field: Mapping[str, Any], needed: bool, twin: Twin) -> str:
    key = f"**`{path}`**" if needed else f"`{path}`"
    return f"| {key} | {field.get(twin.text, '')} | {_values(field)} |"


def _values(field: Mapping[str, Any]) -> str:
    choices = [word for each in (field, *field.get("anyOf", ())) for word in each.get("enum", ())]
    words = [f"`{word}`" for word in dict.fromkeys(str(each).lower() for each in choices)]
    if "const" in field:
        words.append(f"`{field['const']}`")
    if "minimum" in field:
        words.append(f"{field['minimum']} … {field['maximum']}")
    return " ".join(words)


def main() -> None:
    schema.write(SCHEMAS, schemas())
    for twin in TWINS:
        (ROOT / twin.path).write_text(page(twin), encoding="utf-8")


if __name__ == "__main__":
    main()
