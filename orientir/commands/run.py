"""`orientir run`."""

from __future__ import annotations

import click


@click.command()
@click.option("--demo", is_flag=True, help="Write the demo region's inbox first and take its day for today.")
@click.option(
    "--scale",
    type=click.FloatRange(min=0.0, min_open=True),
    default=1.0,
    show_default=True,
    help="Size of the demo region: 1 is about 270 organisations.",
)
def run(demo: bool, scale: float) -> None:
    """Run the whole pipeline once, through Airflow's DAGs.

    Starts the embedded PostgreSQL and Airflow unless they are up, pulls, validates, builds, publishes, and
    stops what it started. Running it again receives only what is new. Exit code 3 comes with the task that
    failed, with its log.
    """
    from orientir.clock import adopt_demo_clock
    from orientir.progress import reporting
    from orientir.run import run as run_pipeline
    from orientir.status import print_status
    from warehouse.settings import get_settings

    adopt_demo_clock()
    with reporting() as progress:
        status = run_pipeline(progress, demo=demo, scale=scale)
    print_status(status, get_settings())


COMMANDS = {"run": run}
