"""
`firn status`: the pipeline at a glance.

Rule 1: this file knows the command line's words, and nothing of AWS.
"""

import typer

from ops.flags import DEFAULT_DEPLOYMENT, Deployment, Json, Profile, Region
from ops.place import Place
from ops.status.flags import Quick

EXAMPLES = """
Examples:

  firn status

  firn status --quick --json | jq '.concerns[].anchor'

  firn status --deployment plant-7 --profile on-call --region eu-central-1
"""


def status(
    *,
    deployment: Deployment = DEFAULT_DEPLOYMENT,
    profile: Profile = None,
    region: Region = None,
    quick: Quick = False,
    json: Json = False,
) -> None:
    """
    The pipeline at a glance, and whether a person must act.

    Exit codes: 0 nothing; 1 act, each reason names a section of
    docs/RUNBOOK.md; 2 a part could not be looked at, mostly for want of a
    permission; 4 AWS was too busy for a part.
    """
    # Here and not at the top: boto3 takes a second, and --help should not wait.
    from ops.connection import connect  # noqa: PLC0415
    from ops.output import Output  # noqa: PLC0415
    from ops.status.document import document  # noqa: PLC0415
    from ops.status.judge import exit_code, judge  # noqa: PLC0415
    from ops.status.look import look  # noqa: PLC0415
    from ops.status.page import print_page  # noqa: PLC0415

    output = Output(json)
    place = Place(deployment=deployment, profile=profile, region=region)
    seen = look(connect(place), output.terminal, lists_items=not quick)
    concerns = judge(seen)
    print_page(output, seen, concerns)
    output.result(document(seen, concerns))
    raise typer.Exit(exit_code(seen, concerns))
