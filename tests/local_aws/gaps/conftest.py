"""
Clients that reach an account over HTTP, as Terraform does.
"""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from local_aws.account import Account
from local_aws.served import Served


@pytest.fixture
def reach() -> Iterator[Callable[[str], Any]]:
    """
    Makes a client of a service; the account is empty.
    """
    with Account(start_at=1_704_067_200) as account, Served(account) as served:

        def client(service: str) -> Any:  # noqa: ANN401 - boto3's own
            made: Callable[..., Any] = boto3.client
            return made(
                service,
                endpoint_url=served.endpoint,
                aws_access_key_id="SOMEBODY",
                aws_secret_access_key="x",  # noqa: S106 - the emulator checks none
            )

        yield client
        assert served.failures == []
