"""
Image bytes of very many images.

Rule 1: what image bytes are is said by archive.image. This is only faster, and a
test compares the two.
"""

import orjson

from archive.image import Image, image_bytes

# The types whose elements have no order: orjson sorts keys, but not these.
_SETS = (b'{"SS":[', b'{"NS":[', b'{"BS":[')


def fast_image_bytes(image: Image) -> bytes:
    """
    `image_bytes`, ten times as fast for the images that hold no set.
    """
    dumped = orjson.dumps(image, option=orjson.OPT_SORT_KEYS)
    # A string may look like a set too; it only takes the slow road for nothing.
    if any(mark in dumped for mark in _SETS):
        return image_bytes(image)
    return dumped
