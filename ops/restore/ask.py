"""
Asking S3 to bring objects back.

Rule 1: this is the only file of ops that spends money on a restore.
Rule 2: one request for each object and no second one: whatever came of it, the
next run sees it in a listing, and asks for what is still cold alone.
Rule 3: the first refusal stops all others. Those under way end first, so that it
is known what was asked for.

Amazon S3: API_RestoreObject ("Special Errors"); Understanding archival storage in
S3 Glacier Flexible Retrieval and S3 Glacier Deep Archive.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from archive.errors import ArchiveError, UndeliveredError
from ops.clock import Clock
from ops.parallel import in_parallel
from ops.refusals import asking
from ops.restore.answers import Answer, Asked
from ops.restore.plan import Request
from ops.terminal import Bar

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# "Up to 1,000 transactions per second of object restore requests per account per
# AWS Region": half of them begin in a second of the clock, so that no second that
# lies across two of them has more.
REQUESTS_PER_SECOND_MAX = 1000
BATCH_REQUESTS_MAX = REQUESTS_PER_SECOND_MAX // 2

_NO_CAPACITY = (
    "S3 has no capacity for Expedited now; what was asked for stays asked for; "
    "repeat the command with --tier Standard, or the same one later"
)


@dataclass(slots=True)
class Asker:
    """
    Asks S3 for objects of one bucket.
    """

    client: "S3Client"
    bucket: str
    clock: Clock
    answers: Counter[Answer] = field(default_factory=Counter)
    _stopped: ArchiveError | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask_for(self, requests: Iterable[Request], bar: Bar) -> Asked:
        """
        Make all requests, or as many as S3 takes.
        """
        for batch in self._paced(requests):
            for answer in in_parallel(self._ask, batch):
                self.answers[answer] += 1
                bar.advance()
        return Asked(self.answers, self._stopped)

    def _paced(self, requests: Iterable[Request]) -> Iterator[list[Request]]:
        rest = iter(requests)
        while batch := list(islice(rest, BATCH_REQUESTS_MAX)):
            began_at = self.clock.now()
            yield batch
            if len(batch) == BATCH_REQUESTS_MAX and self.clock.now() == began_at:
                self.clock.wait(1)

    def _ask(self, request: Request) -> Answer:
        if self._stopped is not None:
            return Answer.UNSENT
        try:
            with asking():
                return self._send(request)
        except ArchiveError as error:
            with self._lock:
                self._stopped = self._stopped or error
            return Answer.UNKNOWN

    def _send(self, request: Request) -> Answer:
        key = request.stored.key
        try:
            answer = self.client.restore_object(
                Bucket=self.bucket,
                Key=key,
                RestoreRequest={
                    "Days": request.days,
                    "GlacierJobParameters": {"Tier": request.tier.value},
                },
            )
        except ClientError as error:
            match error.response["Error"]["Code"]:
                case "RestoreAlreadyInProgress":
                    return Answer.ALREADY
                case "GlacierExpeditedRetrievalNotAvailable":
                    raise UndeliveredError(_NO_CAPACITY) from error
                case "NoSuchKey":
                    msg = f"{key}: went away just now; repeat the same command"
                    raise UndeliveredError(msg) from error
            raise
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        return Answer.RENEWED if status == HTTPStatus.OK else Answer.BEGUN
