"""
Clients that reach an account over HTTP, as Terraform does.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from local_aws.account import Account
from local_aws.served import Served
from tests.local_aws.over_http import client_of


@pytest.fixture
def reach() -> Iterator[Callable[[str], Any]]:
    """
    Makes a client of a service; the account is empty.
    """
    with Account(start_at=1_704_067_200) as account, Served(account) as served:
        yield partial(client_of, served)
        assert served.failures == []
