"""
One run of the whole pipeline, judged from outside it.

Rule 1: this file only puts together: messages, their way, what came of it.
Rule 2: what is wrong at the end is told in words, never averaged away.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from archive.keys import Partition
from local_aws.account import Account
from local_aws.athena_engine import Engine
from local_aws.deploy import deploy
from local_aws.deployment import Deployed
from local_aws.faults import Faults
from ops.local.bucket import Bucket
from ops.local.census import Census, Witness, take_census
from ops.local.fleet import fleet_bodies
from ops.local.interruption import Interruption, interruptible
from ops.local.journal import Journal
from ops.local.journey import Journey
from ops.local.keep import Kept
from ops.local.messages import read_lines
from ops.local.options import LocalOptions
from ops.local.page import Setting
from ops.local.readback import Readback
from ops.local.sending import Message, Sending, first_moment, schedule
from ops.local.stations import Stations
from ops.local.summary import Summary
from ops.local.timestamps import SECONDS_PER_DAY, sent_at
from ops.sql.emulated import engine
from ops.terminal import Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """
    What a run came to, and the account in which it is all still there.
    """

    summary: Summary
    setting: Setting
    account: Account
    deployed: Deployed
    interruption: Interruption
    devices: frozenset[str]
    partitions: frozenset[Partition]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Schedule:
    start_at: int
    sendings: list[Sending]

    @property
    def last_at(self) -> int:
        return self.sendings[-1].at if self.sendings else self.start_at

    @property
    def days(self) -> int:
        return (self.last_at - self.start_at) // SECONDS_PER_DAY + 1


@contextmanager
def rehearsed(options: LocalOptions, terminal: Terminal) -> Iterator[Result]:
    """
    Run the whole pipeline as the options say, and judge what came of it.

    The account is there within, and gone afterwards.
    """
    began = time.perf_counter()
    # Claimed before the run, which a folder in the way should not cost, and after
    # the messages were read, which should not cost what an earlier run left.
    plan = _schedule(options, terminal)
    kept = None if options.keep is None else Kept(options.keep)

    with (
        interruptible() as interruption,
        Account(plan.start_at, _faults(options), athena=_athena(options)) as account,
    ):
        account.observe(interruption.see)
        stations = Stations(deployed=deploy(options.deployment))
        account.observe(stations.see)
        journey = Journey(
            account=account,
            bucket=Bucket.of(stations.deployed.archive_bucket),
            stations=stations,
            journal=Journal(terminal, plan.start_at, plan.days),
            terminal=terminal,
        )
        back = _travel(journey, options, plan, kept)
        if kept is not None:
            kept.write_dead_letters(stations.dead_letters)
            kept.write_items(stations.expiries)
        sendings = terminal.watch("counting", plan.sendings)
        census = take_census(sendings, _witness(options, stations))
        devices = frozenset(key.device_id for key in stations.keys)
        yield Result(
            summary=_summary(census, stations, back),
            setting=Setting(
                devices=len(devices),
                first_day=_day(plan.start_at),
                last_day=_day(plan.last_at),
                seconds=time.perf_counter() - began,
                refused_frames=stations.refused,
                alarms=_alarms(census, stations),
                unfinished=tuple(_unfinished(census, stations, back)),
                kept=options.keep,
                served=options.port is not None,
            ),
            account=account,
            deployed=stations.deployed,
            interruption=interruption,
            devices=devices,
            partitions=back.partitions,
        )


def _schedule(options: LocalOptions, terminal: Terminal) -> _Schedule:
    messages = [Message(body, sent_at(body)) for body in _bodies(options, terminal)]
    start_at = options.start_at
    if start_at is None:
        start_at = first_moment(messages)
    if start_at is None:
        start_at = options.fleet.start_at
    troubles = options.troubles
    sendings = schedule(messages, start_at, troubles.duplicate_messages, troubles.seed)
    return _Schedule(start_at=start_at, sendings=list(sendings))


def _bodies(options: LocalOptions, terminal: Terminal) -> Iterator[str]:
    if options.input is not None:
        for line in terminal.watch("reading messages", read_lines(options.input)):
            yield line.body()
        return

    readings = options.fleet.devices * options.fleet.readings
    with terminal.bar("making a fleet", readings) as bar:
        for body in fleet_bodies(options.fleet):
            yield body
            bar.advance()


def _travel(
    journey: Journey, options: LocalOptions, plan: _Schedule, kept: Kept | None
) -> Readback:
    journey.send(plan.sendings)
    journey.wait_until_cold(options.deployment)
    back = journey.read_back(kept)
    if options.port is not None:
        journey.wait_until_copies_are_gone()
    return back


def _athena(options: LocalOptions) -> Engine | None:
    # Nobody queries an account that is gone before anybody could ask it.
    return None if options.port is None else engine


def _faults(options: LocalOptions) -> Faults:
    return Faults(
        redeliver=options.troubles.redeliver,
        refuse=options.troubles.refuse,
        seed=options.troubles.seed,
    )


def _witness(options: LocalOptions, stations: Stations) -> Witness:
    return Witness(
        app_env=options.deployment.app_env,
        retention_days=options.deployment.retention_days,
        dead_letters=stations.dead_letters,
        keys=stations.keys,
    )


def _summary(census: Census, stations: Stations, back: Readback) -> Summary:
    return Summary(
        messages=census.messages,
        dropped_by_app_env=census.dropped,
        dead_letters=len(stations.dead_letters),
        skipped_nulls=census.skipped_nulls,
        items_written=census.items,
        items_overwritten=census.items - stations.inserted,
        expired=stations.inserted,
        lines=back.lines,
        frames=back.frames,
        landed_objects=back.landed_objects,
        files=back.files,
        rows=back.rows,
        doubles_dropped=back.doubles_dropped,
        doubles_kept=back.doubles_kept,
        quarantined=back.quarantined,
        damaged_ranges=back.damaged_ranges,
        archive_bytes=back.archive_bytes,
        json_bytes=sum(len(expiry.image) for expiry in stations.expiries),
        glacier_objects=back.glacier_objects,
        lost=census.lost + len(back.lost),
    )


def _alarms(census: Census, stations: Stations) -> Mapping[str, int]:
    if not census.faultless:
        return stations.alarms
    return {**stations.alarms, "dead letter without a fault": census.faultless}


def _unfinished(census: Census, stations: Stations, back: Readback) -> Iterator[str]:
    yield from back.damage
    strange = stations.inserted - census.items
    if strange > 0:
        yield f"the table held {strange:,} items that no message gives"
    alive = stations.inserted - len(stations.expiries)
    if alive:
        yield f"{alive:,} items never expired: is their time to live in seconds?"
    warm = back.files - back.glacier_objects
    if warm:
        yield f"{warm:,} archive objects never went to Glacier: is there a rule?"


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
