"""Twilio's own description of its messages (twilio_openapi.json) as a judge of requests and answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator

DOCUMENT = Path(__file__).with_name("twilio_openapi.json")
FORM = "application/x-www-form-urlencoded"


class Shape:
    """The description. What it finds names fields and rules, never their values."""

    def __init__(self) -> None:
        self.document: Mapping[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))

    def of_request(self, method: str, target: str, headers: Mapping[str, str], form: Mapping[str, str]) -> list[str]:
        """What is wrong with a request; names of headers in small letters."""
        where = urlsplit(target)
        found = self._operation(method, where.path)
        if found is None:
            return [f"no such operation: {method}"]
        operation, places = found
        query = dict(parse_qsl(where.query, keep_blank_values=True))
        wrong = [] if headers.get("authorization", "").startswith("Basic ") else ["no basic authorization"]
        schemas = {(each["in"], each["name"]): each["schema"] for each in operation["parameters"]}
        for kind, given in (("path", places), ("query", query)):
            known = {name: schema for (place, name), schema in schemas.items() if place == kind}
            wrong += self._fields(given, known)
        body = operation.get("requestBody", {}).get("content", {}).get(FORM, {}).get("schema", {})
        if body and headers.get("content-type") != FORM:
            wrong.append("not a form")
        missing = set(body.get("required", [])) - set(form)
        return (
            wrong + [f"{name} is missing" for name in sorted(missing)] + self._fields(form, body.get("properties", {}))
        )

    def of_answer(self, method: str, target: str, status: int, answer: object) -> list[str]:
        """What is wrong with an answer."""
        found = self._operation(method, urlsplit(target).path)
        if found is None or str(status) not in found[0]["responses"]:
            return ["no such answer"]
        return list(self._judge(found[0]["responses"][str(status)]["content"]["application/json"]["schema"], answer))

    def _operation(self, method: str, path: str) -> tuple[Mapping[str, Any], dict[str, str]] | None:
        for template, operations in self.document["paths"].items():
            match = re.fullmatch(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)), path)
            if match and method.lower() in operations:
                return operations[method.lower()], match.groupdict()
        return None

    def _fields(self, given: Mapping[str, str], known: Mapping[str, Any]) -> list[str]:
        wrong = [f"{name} is unknown" for name in given if name not in known]
        for name, value in given.items():
            schema = self._resolved(known.get(name, {}))
            number = schema.get("type") == "integer" and value.isdecimal()
            wrong += [f"{name}: {each}" for each in self._judge(schema, int(value) if number else value)]
        return wrong

    def _judge(self, schema: Mapping[str, Any], value: object) -> Iterator[str]:
        for error in Draft202012Validator(self._resolved(schema)).iter_errors(value):
            yield "/".join([*map(str, error.absolute_path), str(error.validator)])

    def _resolved(self, schema: Any) -> Any:
        """As JSON Schema: references put in, `nullable` as a type."""
        if isinstance(schema, list):
            return [self._resolved(each) for each in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return self._resolved(self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        made = {name: self._resolved(value) for name, value in schema.items() if name != "nullable"}
        if schema.get("nullable") is True and "type" in made:
            made["type"] = [made["type"], "null"]
        return made
