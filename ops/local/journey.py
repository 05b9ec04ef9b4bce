"""
The way of the messages through an account, from the queue into Glacier.

Rule 1: the pipeline is only fed and watched. No hop is called from here.
Rule 2: the way ends: what is not cold when it long should be is not waited for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.keys import ITEMS, entry_key
from archive.ledger import decode_entry
from local_aws.account import Account
from local_aws.deployment import Deployment
from ops.local.bucket import GLACIER, RESTORE_DAYS, RESTORE_SECONDS, Bucket
from ops.local.journal import Journal
from ops.local.keep import Kept
from ops.local.readback import Readback, read_back
from ops.local.sending import AHEAD_SECONDS_MAX, Sending
from ops.local.stations import Station, Stations
from ops.local.timestamps import SECONDS_PER_DAY
from ops.terminal import Terminal

# What TTL, the closing of a batch, compaction and a lifecycle rule may add to
# their days, generously: a run that waits longer waits for ever.
PATIENCE_SECONDS = 60 * SECONDS_PER_DAY

# How far the clock goes between two looks at the bars.
STEP_SECONDS = SECONDS_PER_DAY // 4


@dataclass(slots=True, kw_only=True)
class Journey:
    """
    One account, what is seen of it, and where that is told.
    """

    account: Account
    bucket: Bucket
    stations: Stations
    journal: Journal
    terminal: Terminal
    entries: int = 0

    def send(self, sendings: Sequence[Sending]) -> None:
        """
        Send every message at its time.
        """
        queue_url = self.stations.deployed.queue_url
        with self.terminal.bar("sending", len(sendings)) as bar:
            for sending in sendings:
                self._run_until(sending.at)
                self.account.send(queue_url, sending.body)
                self.stations.done[Station.QUEUE] += 1
                bar.advance(at=sending.at)

    def wait_until_cold(self, deployment: Deployment) -> None:
        """
        Let time pass until nothing is on its way any more.
        """
        days = deployment.retention_days + deployment.archive_after_days
        patience = AHEAD_SECONDS_MAX + PATIENCE_SECONDS
        until = self._now + days * SECONDS_PER_DAY + patience

        stations = self.stations
        with self.terminal.bar("expiring", stations.inserted) as bar:
            while len(stations.expiries) < stations.inserted and self._now < until:
                self._run_until(self._now + STEP_SECONDS)
                bar.stand_at(len(stations.expiries), self._now)

        begun_at = self._now
        with self.terminal.bar("cooling, days", deployment.archive_after_days) as bar:
            while not self.account.quiet() and self._now < until:
                self._run_until(self._now + STEP_SECONDS)
                bar.stand_at((self._now - begun_at) // SECONDS_PER_DAY, self._now)
        self.journal.close(stations.done)

    def read_back(self, kept: Kept | None) -> Readback:
        """
        The finished archive, read back; `kept` is given all of its objects.
        """
        classes = self.bucket.storage_classes()
        cold = [key for key, class_ in classes.items() if class_ == GLACIER]
        self.bucket.restore(cold)
        self.account.run_until(self._now + RESTORE_SECONDS)

        unread = set(classes)
        with self.terminal.bar("reading back", len(classes)) as bar:

            def read(key: str) -> bytes:
                unread.discard(key)
                content = self.bucket.read(key)
                bar.advance()
                if kept is not None:
                    kept.write_object(key, content)
                return content

            back = read_back(classes, read, self.stations.expiries)
            # What no reader of the archive needs is part of it all the same.
            for key in sorted(unread) if kept is not None else ():
                read(key)
        back.glacier_objects = sum(key.startswith(ITEMS) for key in cold)
        return back

    def wait_until_copies_are_gone(self) -> None:
        """
        Leave the archive as cold as it was before it was read back.
        """
        # The days of a copy end at a midnight.
        self.account.run_until(self._now + (RESTORE_DAYS + 1) * SECONDS_PER_DAY)

    @property
    def _now(self) -> int:
        return self.account.clock.now()

    def _run_until(self, at: int) -> None:
        """
        Run to a moment, stopping where the journal has a day to tell.
        """
        while self._now < at:
            self.account.run_until(min(at, _next_day(self._now)))
            self._note_entries()
            self.journal.turn(self._now, self.stations.done)

    def _note_entries(self) -> None:
        """
        Look for new entries of the ledger, as long as any is to be expected.
        """
        while self.stations.converted < self.stations.landed:
            stored = self.bucket.find(entry_key(self.entries + 1))
            if stored is None:
                break
            self.entries += 1
            self.stations.see_entry(decode_entry(entry_key(self.entries), stored))


def _next_day(at: int) -> int:
    return (at // SECONDS_PER_DAY + 1) * SECONDS_PER_DAY
