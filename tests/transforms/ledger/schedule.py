"""
Runs under a scheduler: one call at a time, in any order that is asked for.

Each run has a thread, but only one thread is ever awake: it stops before each
call to a bucket or to the catalog, and the scheduler says who goes on. A
schedule is the list of those choices, so each one can be repeated exactly.
"""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.transforms.ledger.store import Gate

Work = Callable[[], object]
# Given the runs that can go on and the one that went last: which goes on.
Choose = Callable[[list[int], int | None], int]


class Turnstile(Gate):
    """
    Holds a run's thread before each of its calls.
    """

    def __init__(self, inner: Gate | None = None) -> None:
        self.inner = inner or Gate()
        self.go = threading.Semaphore(0)
        self.arrived = threading.Semaphore(0)
        self.is_done = False
        self.error: BaseException | None = None
        self.waits_at: tuple[str, str] | None = None

    def before(self, verb: str, key: str, *, writes: bool) -> None:
        self.waits_at = (verb, key)
        self.arrived.release()
        self.go.acquire()
        self.inner.before(verb, key, writes=writes)

    def after(self, verb: str, key: str, *, writes: bool) -> bool:
        return self.inner.after(verb, key, writes=writes)

    def live(self, work: Work) -> None:
        self.go.acquire()
        try:
            work()
        except BaseException as error:  # noqa: BLE001  the test judges it
            self.error = error
        finally:
            self.is_done = True
            self.arrived.release()


def interleave(
    turnstiles: Sequence[Turnstile], works: Sequence[Work], choose: Choose
) -> list[BaseException | None]:
    """
    Work through all runs, one call at a time; what each of them raised.
    """
    threads = [
        threading.Thread(target=turnstile.live, args=(work,), daemon=True)
        for turnstile, work in zip(turnstiles, works, strict=True)
    ]
    for thread in threads:
        thread.start()
    last: int | None = None
    while True:
        able = [i for i, each in enumerate(turnstiles) if not each.is_done]
        if not able:
            break
        last = choose(able, last)
        turnstiles[last].go.release()
        turnstiles[last].arrived.acquire()
    for thread in threads:
        thread.join()
    return [each.error for each in turnstiles]


class KilledError(BaseException):
    """
    The process is no more: nothing of ours may catch this.
    """


class Fault(Gate):
    """
    Strikes at one write: before it, after it, or only at its answer.
    """

    BEFORE = "killed before the write"
    AFTER = "killed after the write"
    LOST = "written, answer lost, tried again"

    def __init__(self, kind: str, write: int) -> None:
        self.kind = kind
        self.write = write
        self.seen = 0

    @property
    def has_struck(self) -> bool:
        return self.seen > self.write

    def before(self, verb: str, key: str, *, writes: bool) -> None:
        if writes and self.seen == self.write and self.kind == self.BEFORE:
            self.seen += 1
            raise KilledError

    def after(self, verb: str, key: str, *, writes: bool) -> bool:
        if not writes:
            return False
        is_struck = self.seen == self.write
        self.seen += 1
        if is_struck and self.kind == self.AFTER:
            raise KilledError
        return is_struck and self.kind == self.LOST


def pause_first(step: int) -> Choose:
    """
    The first run for so many calls, then the others in order, then the first.
    """
    taken = 0

    def choose(able: list[int], _last: int | None) -> int:
        nonlocal taken
        taken += 1
        if 0 in able and taken <= step:
            return 0
        return able[1] if len(able) > 1 and able[0] == 0 else able[0]

    return choose


def step_by_step(
    turnstiles: Sequence[Turnstile], steps: Sequence[tuple[int, tuple[str, str]]]
) -> Choose:
    """
    Each named run until it waits at a call, or is done; then any order.
    """
    left = list(steps)

    def choose(able: list[int], _last: int | None) -> int:
        while left:
            run, at = left[0]
            if run in able and turnstiles[run].waits_at != at:
                return run
            del left[0]
        return able[-1]

    return choose


@dataclass(slots=True)
class Path:
    """
    A schedule: a prefix of choices, then whoever went last goes on.
    """

    prefix: tuple[int, ...]
    taken: list[int] = field(default_factory=list)
    others: list[list[int]] = field(default_factory=list)
    switches: list[int] = field(default_factory=list)

    def choose(self, able: list[int], last: int | None) -> int:
        step = len(self.taken)
        stay = last if last in able else able[0]
        choice = self.prefix[step] if step < len(self.prefix) else stay
        before = self.switches[-1] if self.switches else 0
        # Only taking the turn from one that could go on is a preemption; which
        # of them begins is free.
        is_preempted = last in able and choice != last
        self.switches.append(before + is_preempted)
        self.others.append([each for each in able if each != choice])
        self.taken.append(choice)
        return choice

    def branches(self, preemptions_max: int) -> Iterator[tuple[int, ...]]:
        """
        The schedules that differ from this one first after its prefix.
        """
        for step in range(len(self.prefix), len(self.taken)):
            before = self.switches[step - 1] if step else 0
            previous = self.taken[step - 1] if step else None
            for other in self.others[step]:
                was_able = previous == self.taken[step] or previous in self.others[step]
                cost = previous is not None and was_able and other != previous
                if before + cost <= preemptions_max:
                    yield (*self.taken[:step], other)


def explore(scenario: Callable[[Choose], None], preemptions_max: int) -> int:
    """
    Run the scenario under every schedule with at most so many preemptions.
    """
    waiting: list[tuple[int, ...]] = [()]
    count = 0
    while waiting:
        path = Path(waiting.pop())
        try:
            scenario(path.choose)
        except BaseException as error:
            error.add_note(f"schedule: {path.taken}")
            raise
        count += 1
        waiting.extend(path.branches(preemptions_max))
    return count


def shuffle(scenario: Callable[[Choose], None], seeds: range) -> None:
    """
    Run the scenario under random schedules.
    """
    for seed in seeds:
        draw = random.Random(seed)
        try:
            scenario(lambda able, _last, draw=draw: draw.choice(able))  # type: ignore[misc]
        except BaseException as error:
            error.add_note(f"seed: {seed}")
            raise
