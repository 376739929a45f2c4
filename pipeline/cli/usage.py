"""What was wrong with a command line, in the operator's language."""

from __future__ import annotations

import click

from pipeline.messages import say


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
    return error.format_message()


def _bad_value(error: click.BadParameter, parameter: click.Parameter) -> str:
    option, kind = _name(parameter), parameter.type
    if isinstance(kind, click.IntRange):
        return say("option_out_of_range", option=option, low=kind.min, high=kind.max)
    if isinstance(kind, click.Choice):
        return say("option_bad_choice", option=option, known=", ".join(map(str, kind.choices)))
    if isinstance(kind, (click.Path, click.File)):
        return say("option_bad_path", option=option, why=error.message)
    return f"{option}: {error.message}"


def _name(parameter: click.Parameter) -> str:
    return parameter.opts[-1] if parameter.param_type_name == "option" else (parameter.human_readable_name or "")
