"""`hotline run`: everything of ours on one machine, under one supervisor."""

import typer

from hotline.cli.options import SiteOption, StateOption, settings_from
from hotline.run.house import House, ended_by_signal


def run(site: SiteOption = None, state: StateOption = None) -> None:
    """Run the FastAGI servers, worker, watch and console of one machine until Ctrl-C.

    What dies is started again; what does not answer its probe for 3 s is killed and started
    again. Redis is embedded unless the site file names one; Asterisk is the machine's own,
    reading the files that `hotline dialplan render` wrote.
    """
    settings = settings_from(site, state)
    house = House(settings)
    with ended_by_signal() as ended:
        try:
            house.start()
            typer.echo(f"hotline: console at http://{settings.site.server.console}")
            ended.wait()
        finally:
            house.close()
