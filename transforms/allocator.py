"""
Which allocator Arrow uses while rows are converted.

Rule 1: it decides how long a conversion takes, and nothing else.

Every chunk takes and frees the same large buffers. An allocator that gives
them back to the system each time has the kernel clear them anew, which was
measured at a quarter of the whole conversion. jemalloc can be told to keep them.
"""

import pyarrow as pa

_KEPT_MILLISECONDS = 10_000


def settle_allocator() -> None:
    """
    Have Arrow keep freed memory for a while, where this build of it can.
    """
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
        pa.jemalloc_set_decay_ms(_KEPT_MILLISECONDS)
