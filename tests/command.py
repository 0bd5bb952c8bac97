"""Run a command of spmkit, and read what it says."""

from __future__ import annotations

from typer.testing import CliRunner

from spmkit.cli import app


def ran(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(*arguments):
    """What is said where the data or the command are at fault: to stderr, without a traceback."""
    result = ran(*arguments)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    _, message = result.stderr.split("spmkit: ", 1)
    return " ".join(message.split())
