"""
Where moto does less than AWS, a file for each service.

Rule 1: one function per gap, which says what AWS does and where it says so.
Rule 2: in force only while an account is served: what runs in this process
alone needs none of them.
"""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from local_aws.gaps import athena, functions, glue, iot, move_tasks, s3, sqs

_SERVICES = (athena, functions, glue, iot, move_tasks, s3, sqs)


@contextmanager
def closed() -> Generator[None]:
    """
    Close all of them for as long as this lasts.
    """
    with ExitStack() as stack:
        for service in _SERVICES:
            for gap in service.GAPS:
                # In this order: a later one may stand upon an earlier.
                stack.enter_context(gap())
        yield
