"""
The `firn` command, and AWS's own, as somebody with a key has them.

Rule 1: the whole command, from its words to its exit code, in this process: its
waiting is the account's own time.
"""

import json
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from typer.testing import CliRunner

from local_aws.served import Served
from ops.cli import app


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """
    One command that somebody ran, and how it ended.
    """

    who: str
    words: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str

    @property
    def result(self) -> Any:  # noqa: ANN401 - each command's own
        """
        What `--json` printed.
        """
        return json.loads(self.stdout)

    def __str__(self) -> str:
        """
        What a failed test shows of it.
        """
        words = " ".join(self.words)
        return f"{self.who}: firn {words}: {self.exit_code}\n{self.stderr}{self.stdout}"


def firn(served: Served, who: str, *words: str) -> Ran:
    """
    Run a command with the key of this name.
    """
    result = CliRunner().invoke(
        app,
        list(words),
        env={**served.environment(who), "COLUMNS": "80"},
        catch_exceptions=False,
    )
    return Ran(
        who=who,
        words=words,
        exit_code=result.exit_code,
        stdout=result.stdout,
        stderr=result.stderr,
    )


def client_of(served: Served, who: str, service: str) -> Any:  # noqa: ANN401 - one of ten clients
    """
    A client of a service with the key of this name, as the AWS CLI would be one.
    """
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=served.endpoint,
        aws_access_key_id=who,
        aws_secret_access_key="local",  # noqa: S106 - nothing checks it
        config=Config(
            s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}
        ),
    )
