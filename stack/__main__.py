"""The commands behind the Makefile: ``python -m stack --help``."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from stack import benchmarks, postgres, services, testing
from stack.config import StackSettings, load
from ytempire.errors import Permanent, YtempireError

commands = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
# Where the output is no terminal (a log), a table may be as wide as it needs to be.
console = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else 200)


def one_sentence(function: Callable[..., Any]) -> Callable[..., Any]:
    """Turn an error of ours into its sentence and exit status 1."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except YtempireError as error:
            console.print(f"[red]{error}[/]", soft_wrap=True)
            raise typer.Exit(1) from error

    return run


@commands.command()
@one_sentence
def start() -> None:
    """Start the stack in the background; return when all of it is healthy."""
    services.start(load(), console)


@commands.command()
@one_sentence
def stop() -> None:
    """Stop the stack."""
    services.stop(load(), console)


def _play(settings: StackSettings) -> None:
    """Play one round over the running stack, check that all of it happened, and show it."""
    from stack import report
    from stack.round import Round
    from stack.world import CHANNELS

    started = time.monotonic()
    game = Round(settings, console)
    game.play()
    result = report.collect(settings, game.jobs, time.monotonic() - started)
    path = report.write(settings, result)
    report.show(settings, result, console)
    report.verify(settings, result, len(CHANNELS))
    console.print(f"Every stage happened, in {result.total_seconds:.0f} s. All figures: {path}")


@commands.command()
@one_sentence
def run() -> None:
    """Start the stack, play a first round, serve until Ctrl-C, then stop what was started."""
    settings = load()
    try:
        with services.running(settings, console):
            _play(settings)
            console.print("Serving until Ctrl-C.")
            while services.running_pid(settings) is not None:
                time.sleep(1)
            console.print(f"The stack has ended. See {settings.log / 'stack.log'}.")
    except KeyboardInterrupt:
        console.print("Stopped by Ctrl-C.")


@commands.command()
@one_sentence
def demo() -> None:
    """Play one round and stop; exit 0 only if every stage really happened. Writes var/demo.json."""
    settings = load()
    with services.running(settings, console):
        _play(settings)


@commands.command()
@one_sentence
def env() -> None:
    """Print shell exports for this stack."""
    environment = load().environment()
    path = environment.pop("PATH").split(":", 1)[0]
    for name, value in environment.items():
        print(f"export {name}={shlex.quote(value)}")
    print(f'export PATH={shlex.quote(path)}:"$PATH"')


@commands.command()
@one_sentence
def channel_connect(
    channel: Annotated[str, typer.Argument(help="Its name, its id, or its id at YouTube")],
    client: Annotated[Path | None, typer.Option(help="client_secret_….json of our application")] = None,
    console: Annotated[bool, typer.Option("--console", help="The browser runs on another machine")] = False,
) -> None:
    """Connect a channel to its YouTube account: its owner agrees, the tokens go to Airflow."""
    from stack.connect import connect_channel

    raise typer.Exit(connect_channel(load(), channel, client, console=console))


@commands.command()
@one_sentence
def clean_runs() -> None:
    """Remove Airflow's records of old runs, above all those of the DAG that runs every 45 seconds."""
    from stack.housekeeping import clean_runs as clean

    clean(load(), console)


@commands.command()
@one_sentence
def test() -> None:
    """Run every test against the whole stack."""
    raise typer.Exit(testing.run_tests(load(), console))


@commands.command()
@one_sentence
def check_dags() -> None:
    """Hold the DAGs against the house rules."""
    raise typer.Exit(testing.house_rules(load()))


@commands.command()
@one_sentence
def bench(name: Annotated[str | None, typer.Argument()] = None) -> None:
    """Run the benchmark NAME, or all of them as a table."""
    benchmarks.run(load(), name, console)


@commands.command()
@one_sentence
def serve() -> None:
    """Become the model server over the running stack's registry."""
    settings = load()
    if services.running_pid(settings) is None:
        raise Permanent("The stack is not running: there is no registry to ask. Run: make start")
    os.execvpe(sys.executable, [sys.executable, "-m", "ml.serving"], os.environ | settings.environment())


@commands.command(hidden=True)
@one_sentence
def serve_postgres() -> None:
    """Run the embedded PostgreSQL in the foreground."""
    raise typer.Exit(postgres.serve(load()))


@commands.command(hidden=True)
@one_sentence
def serve_mlflow() -> None:
    """Become the MLflow tracking server."""
    settings = load()
    artifacts = settings.var / "mlflow"
    environment = os.environ | {
        "MLFLOW_BACKEND_STORE_URI": settings.mlflow_store_url,
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    address = ["--host", "127.0.0.1", "--port", str(settings.mlflow_port), "--workers", "1"]
    arguments = ["mlflow", "server", *address, "--artifacts-destination", str(artifacts)]
    os.execvpe("mlflow", arguments, environment)


if __name__ == "__main__":
    commands()
