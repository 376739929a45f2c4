"""What was wrong with a command line, in the operator's language."""

from __future__ import annotations

import re

import click

from pipeline.messages import say

# What click says in English only, and the code that says it in the operator's language. A group is its parameter.
_SAYINGS = (
    (r"Option '(?P<option>[^']*)' requires .*", "option_needs_value"),
    (r"Option '(?P<option>[^']*)' does not take a value\.", "option_takes_no_value"),
    (r"Got unexpected extra arguments? \((?P<value>.*)\)", "argument_extra"),
    (r"No such command '(?P<command>.*)'\.", "command_unknown"),
    (r"Missing command\.", "command_missing"),
)
_PATHS = (
    (r"is a directory", "path_is_folder"),
    (r"is a file", "path_is_file"),
    (r"does not exist|no such file", "path_missing"),
    (r"not (readable|writable|executable)|permission denied", "path_forbidden"),
)


def words(error: click.ClickException) -> str:
    """The sentence of a usage error, and where help is."""
    sentence = _sentence(error)
    context = getattr(error, "ctx", None)
    if context is None:
        return f"error: {sentence}"
    return f"error: {sentence}\n{say('usage_help', command=context.command_path)}"


def _sentence(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        close = error.possibilities[0] if error.possibilities else ""
        return say("option_unknown_close" if close else "option_unknown", option=error.option_name, close=close)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return say("option_missing", option=_name(error.param))
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _bad_value(error, error.param)
    if isinstance(error, click.FileError):
        return say("file_unreadable", why=f"{error.ui_filename}: {error.message}")
    return _translated(error.format_message())


def _translated(message: str) -> str:
    for pattern, code in _SAYINGS:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return say(code, **found.groupdict())
    return message


def _bad_value(error: click.BadParameter, parameter: click.Parameter) -> str:
    option, kind = _name(parameter), parameter.type
    if isinstance(kind, click.IntRange):
        return say("option_out_of_range", option=option, low=kind.min, high=kind.max)
    if isinstance(kind, click.Choice):
        return say("option_bad_choice", option=option, known=", ".join(map(str, kind.choices)))
    if isinstance(kind, (click.Path, click.File)):
        code = next((code for pattern, code in _PATHS if re.search(pattern, error.message, re.IGNORECASE)), "")
        named = re.search(r"'(.*)'", error.message)
        why = say(code, path=named[1] if named else "") if code else error.message
        return say("option_bad_path", option=option, why=why)
    return f"{option}: {error.message}"


def _name(parameter: click.Parameter) -> str:
    return parameter.opts[-1] if parameter.param_type_name == "option" else (parameter.human_readable_name or "")
