"""
Whether every true expiry can be found again.

Rule 1: an expiry is found as a row, or in quarantine, with its own sequence
number and equal image bytes. Nothing else counts as found.
Rule 2: this file reads nothing; readback.py hands it what the archive holds.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

import orjson

from archive.keys import Partition
from ops.fast_image import fast_image_bytes
from ops.local.expiries import Expiry

# Doubles are counted by a digest of 16 bytes: images of a whole archive would
# not fit into memory, and no two of 10^9 rows share one by chance.
_DIGEST_BYTES = 16


@dataclass(slots=True)
class Proof:
    """
    The expiries that are still missing, and the rows that have been seen.
    """

    expiries: Iterable[Expiry]
    rows: int = 0
    _missing: dict[str | None, list[Expiry]] = field(init=False)
    _distinct: set[bytes] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        """
        Begin with everything missing.
        """
        self._missing = defaultdict(list)
        for expiry in self.expiries:
            self._missing[expiry.sequence_number].append(expiry)

    @property
    def doubles_kept(self) -> int:
        """
        Rows that repeat another row: same partition, identity and image.

        Device and created-at are part of the image, so that partition,
        sequence number and image say it all.
        """
        return self.rows - len(self._distinct)

    @property
    def lost(self) -> list[Expiry]:
        """
        What was found nowhere.
        """
        return [expiry for missing in self._missing.values() for expiry in missing]

    def see_row(self, partition: Partition, sequence_number: str, image: bytes) -> None:
        """
        Take note of one row of an archive object.
        """
        self.rows += 1
        digest = blake2b(image, digest_size=_DIGEST_BYTES)
        digest.update(f"\n{sequence_number}\n{partition.prefix}".encode())
        self._distinct.add(digest.digest())
        self._found(sequence_number, image)

    def see_quarantined(self, line: bytes) -> None:
        """
        Take note of one line that was quarantined.
        """
        # What is no JSON, or holds no image that DynamoDB could have had, is
        # nothing that TTL deleted: it stands for no expiry.
        try:
            match orjson.loads(line):
                case {"sequence_number": str(number), "image": dict(image)}:
                    self._found(number, fast_image_bytes(image))
                case {
                    "record": {
                        "dynamodb": {
                            "SequenceNumber": str(number),
                            "OldImage": dict(image),
                        }
                    }
                }:
                    self._found(number, fast_image_bytes(image))
        except (ValueError, AttributeError, TypeError):
            return

    def _found(self, sequence_number: str, image: bytes) -> None:
        missing = self._missing.get(sequence_number)
        if missing is None:
            return
        left = [expiry for expiry in missing if expiry.image != image]
        if left:
            self._missing[sequence_number] = left
        else:
            del self._missing[sequence_number]
