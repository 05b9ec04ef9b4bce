"""
`firn restore`, step by step: find, quote, agree, ask, wait.

Rule 1: nothing is spent before the price was told and agreed to. Five guards stand
before the first request: the tier exists, the cap holds, the plan holds nothing
that is readable or on its way, somebody agreed, and what they agreed to is looked
at once more.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from archive.errors import ArchiveError
from ops.connection import Connection
from ops.exit_code import ExitCode
from ops.head import verified_head
from ops.listing import look_up
from ops.objects import BucketObjects
from ops.output import Output
from ops.restore.answers import Asked
from ops.restore.ask import Asker
from ops.restore.find import find
from ops.restore.moves import Lifecycle
from ops.restore.page import page, question, told
from ops.restore.plan import Request, Wish, plan
from ops.restore.quote import Quote, quote
from ops.restore.result import Outcome, result
from ops.restore.tiers import DAY_SECONDS, Tier
from ops.restore.wait import Waiter
from ops.selection import Selection
from ops.words import counted, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    What the command line asks for.
    """

    selection: Selection
    tier: Tier
    days: int
    max_usd: Decimal | None
    wait: bool
    yes: bool


@dataclass(slots=True)
class Run:
    """
    One run of the command on one deployment.
    """

    connection: Connection
    order: Order
    output: Output
    asked: Asked | None = None

    def __call__(self) -> ExitCode:
        """
        Do it, and say what a script should do next.
        """
        quoted = self._quote()
        for line in page(quoted, self.connection.deployment.region):
            self.output.say(line)
        self.output.say()
        outcome = Outcome.REFUSED
        try:
            quoted.refuse_above(self.order.max_usd)
            if not self._agreed(quoted):
                self.output.say("Nothing was asked for.")
                self._result(quoted, Outcome.DECLINED)
                return ExitCode.USAGE
            outcome = Outcome.STOPPED
            self._ask(quoted)
            self._end(quoted)
        except ArchiveError:
            self._result(quoted, outcome)
            raise
        return ExitCode.DONE

    @property
    def _objects(self) -> BucketObjects:
        bucket = self.connection.deployment.archive_bucket
        return BucketObjects(self.connection.client("s3"), bucket)

    def _quote(self) -> Quote:
        order, facts = self.order, self.connection.deployment
        terminal = self.output.terminal
        verified = verified_head(self.connection, terminal)
        found = find(self._objects, order.selection, terminal, verified)
        rules = Lifecycle(
            storage_class=facts.storage_class,
            after_days=facts.archive_after_days,
            size_min_bytes=facts.size_min_bytes,
            expiry_days=facts.archive_expiry_days,
        )
        now = self.connection.clock.now()
        wish = Wish(now=now, days=order.days, tier=order.tier)
        return quote(found, order.selection, wish, rules)

    def _agreed(self, quoted: Quote) -> bool:
        if not any(quoted.plan.requests()):
            return True
        return self.output.agreed(question(quoted), yes=self.order.yes)

    def _ask(self, quoted: Quote) -> None:
        requests = self._agreed_requests(quoted)
        if not requests:
            return
        asker = Asker(
            client=self.connection.client("s3"),
            bucket=self.connection.deployment.archive_bucket,
            clock=self.connection.clock,
        )
        try:
            with self.output.terminal.bar("asking", len(requests)) as bar:
                self.asked = asker.ask_for(requests, bar)
        finally:
            # Ctrl-C too: what was asked for is on its way.
            self.output.say(told(asker.answers))
        if self.asked.stopped is not None:
            raise self.asked.stopped

    def _agreed_requests(self, quoted: Quote) -> tuple[Request, ...]:
        """
        What was agreed to and is still needed.

        While a person thought, somebody else may have asked for it, or a day may
        have gone by.
        """
        agreed = tuple(quoted.plan.requests())
        if self.order.yes:
            return agreed
        wish = replace(quoted.plan.wish, now=self.connection.clock.now())
        keys = [request.stored.key for request in agreed]
        stored = look_up(self._objects, keys, quoted.found.archive_objects)
        needed = {
            (request.stored.key, request.renews): request
            for request in plan(stored.values(), wish).requests()
        }
        places = ((request.stored.key, request.renews) for request in agreed)
        return tuple(needed[place] for place in places if place in needed)

    def _end(self, quoted: Quote) -> None:
        plan = quoted.plan
        absent = [stored.key for stored in (*plan.cold, *plan.warming)]
        if absent and not self.order.wait:
            self._under_way(quoted, len(absent))
            return
        until = plan.readable_until
        if absent:
            self._wait(quoted, absent)
            until = self._readable_until(quoted)
            if until is not None and until < plan.until - DAY_SECONDS:
                self.output.say("Some go before the days are over: ask again to renew.")
        every = counted(len(quoted.found.stored), "object")
        ends = f", until {moment(until)}" if until is not None else ""
        self.output.say(f"Readable: {every}{ends}.")
        self._result(quoted, Outcome.READABLE, until)

    def _under_way(self, quoted: Quote, absent: int) -> None:
        say = self.output.say
        say(
            f"On their way: {counted(absent, 'object')}, readable by about "
            f"{moment(quoted.plan.ready_at)}."
        )
        until = quoted.plan.readable_until
        if until is not None:
            say(f"The copies go by themselves, the first of them {moment(until)}.")
        say("The same command tells how far they are and pays nothing again; with")
        say("--wait it waits.")
        self._result(quoted, Outcome.UNDER_WAY, until)

    def _wait(self, quoted: Quote, absent: list[str]) -> None:
        plan = quoted.plan
        self.output.terminal.say(
            f"waiting for {counted(len(absent), 'object')}, until about "
            f"{moment(plan.ready_at)}; Ctrl-C loses nothing"
        )
        waiter = Waiter(
            objects=self._objects,
            clock=self.connection.clock,
            terminal=self.output.terminal,
            archive_objects=quoted.found.archive_objects,
        )
        waiter.wait_for(absent, plan.waiting.seconds)

    def _readable_until(self, quoted: Quote) -> int | None:
        found = quoted.found
        stored = look_up(self._objects, found.files, found.archive_objects)
        ends = [
            it.restored.expires_at
            for it in stored.values()
            if it.restored is not None and it.restored.expires_at is not None
        ]
        return min(ends, default=None)

    def _result(
        self, quoted: Quote, outcome: Outcome, until: int | None = None
    ) -> None:
        self.output.result(result(quoted, outcome, self.asked, until))
