"""
Where moto does less than AWS, a file for each service.

Rule 1: one function per gap, which says what AWS does and where it says so.
Rule 2: in force only while an account is served: what runs in this process
alone needs none of them.
"""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager

_SERVICES = ()


@contextmanager
def closed() -> Generator[None]:
    """
    Close all of them for as long as this lasts.
    """
    with ExitStack() as stack:
        for service in _SERVICES:
            for patched in service.gaps():
                stack.enter_context(patched)
        yield
