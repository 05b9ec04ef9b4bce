"""
The true expiries: what TTL deleted, as the emulated DynamoDB saw it.

Rule 1: an expiry is noted where it happens, at the sweep, before anything of
Firn has seen it. All that is claimed of the archive is measured against this.
Rule 2: images are held and compared as bytes, never as values.
"""

from dataclasses import dataclass
from typing import Self

import orjson

from archive.image import Image
from ops.fast_image import fast_image_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """
    One item that TTL deleted, its image as image bytes.

    `sequence_number` is None where no stream saw the delete: such an item can
    reach no archive.
    """

    sequence_number: str | None
    deleted_at: int
    image: bytes

    @classmethod
    def of(cls, sequence_number: str | None, deleted_at: int, image: Image) -> Self:
        """
        The expiry of an image as the stream shows it.
        """
        return cls(
            sequence_number=sequence_number,
            deleted_at=deleted_at,
            image=fast_image_bytes(image),
        )

    def line(self) -> bytes:
        """
        The expiry as a line of items.jsonl.
        """
        return orjson.dumps(
            {
                "sequence_number": self.sequence_number,
                "deleted_at": self.deleted_at,
                "image": orjson.Fragment(self.image),
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )
