"""`loa service`: the systemd unit of this folder, printed or installed."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import click

from pipeline.cli.output import site_option
from pipeline.errors import ContentError, LoaError
from pipeline.messages import say

UNIT = "loa.service"
SYSTEM = Path("/etc/systemd/system")
TEMPLATE = Path(__file__).with_name("loa.service.in")


@click.group(help=say("help_service"))
def service() -> None:
    pass


user_option = click.option("--user", default=None, help=say("help_service_user"))


@service.command(help=say("help_service_show"))
@user_option
@site_option
def show(user: str | None, root: Path) -> None:
    click.echo(unit(root, user or getpass.getuser()), nl=False)


@service.command(help=say("help_service_install"))
@user_option
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), default=SYSTEM, help=say("help_service_to"))
@site_option
def install(user: str | None, to: Path, root: Path) -> None:
    text = unit(root, user or getpass.getuser())
    file = to / UNIT
    try:
        (root / "var").mkdir(exist_ok=True)  # systemd refuses to start where a writable path is missing
        file.write_text(text, encoding="utf-8")
    except OSError:
        raise LoaError("service_unwritable", file=file) from None
    click.echo(say("service_installed", file=file))


def unit(root: Path, user: str) -> str:
    """The unit for one site and user. ContentError where a path cannot stand in a unit."""
    from pipeline.app import require_usable
    from pipeline.site import load_site

    site = load_site(root)
    require_usable(site)
    program = Path(sys.argv[0]).resolve()
    for text in (str(program), user, str(root)):
        if not text.isprintable() or any(sign in text for sign in '"\\$'):
            raise ContentError("service_path_unsafe", path=text)
    places = {"STATION": site.station.name, "LOA": str(program), "SITE": str(root), "USER": user}
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in places.items():
        text = text.replace(f"@{name}@", value.replace("%", "%%"))
    return text
