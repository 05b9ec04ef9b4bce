"""
The deployed module, run and not only planned.

`terraform apply` over HTTP, thousands of real readings to the deployed queue,
the deployed packages in processes of their own, months on a simulated clock,
and `terraform destroy`.
"""

import json
from collections import Counter

import pytest

from archive.image import image_bytes
from tests.infra.end_to_end import CONTRACT, EndToEnd, Runtime
from tests.infra.sendings import expected, later, readings
from tests.infra.troublesome import REFUSED, STORED
from tests.readings import archived_images

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]

# One of the troublesome messages holds two.
TROUBLESOME_ITEMS = 16


def test_a_second_plan_is_empty(end_to_end: EndToEnd) -> None:
    """
    What was made is what was asked for, to the last attribute.
    """
    assert end_to_end.plan_after_apply == ""


def test_a_plan_after_months_of_work_is_empty(end_to_end: EndToEnd) -> None:
    """
    Partitions, objects and versions are the functions' own, not Terraform's.
    """
    assert end_to_end.plan_after_the_run == ""


def test_every_reading_comes_out_of_glacier_as_it_went_in(
    end_to_end: EndToEnd,
) -> None:
    """
    Image by image, in image bytes: each reading once, and nothing else.
    """
    sent = [*readings(), *later(end_to_end.travelled["awslambdaric"].began_at)]
    possible = {image for (image,) in expected(sent).values()}
    assert len(possible) == len(sent) > 3_000

    rows = [image for _, image in archived_images(end_to_end.kept, CONTRACT)]
    found = Counter(map(image_bytes, rows))
    assert possible <= set(found)
    assert set(found.values()) == {1}
    assert len(found) == len(possible) + TROUBLESOME_ITEMS


def test_every_item_that_time_to_live_deleted_is_in_the_archive(
    end_to_end: EndToEnd,
) -> None:
    """
    As the table saw it delete them, with their sequence numbers; none is lost.
    """
    stations, back = end_to_end.stations, end_to_end.back
    assert len(stations.expiries) == stations.inserted == back.rows
    assert back.lost == []
    assert back.damage == []
    assert back.quarantined == back.damaged_ranges == 0


def test_all_archive_objects_are_in_glacier_and_nothing_else_is(
    end_to_end: EndToEnd,
) -> None:
    """
    items/ moves; the ledger and all beside it stay readable.
    """
    folders = {(key.split("/")[0], c) for key, c in end_to_end.classes.items()}
    assert folders == {("items", "GLACIER"), ("ledger", "STANDARD")}


def test_what_is_no_item_reaches_the_dead_letter_queue_whole(
    end_to_end: EndToEnd,
) -> None:
    """
    Body by body, and nothing of what was stored with them.
    """
    assert Counter(end_to_end.stations.dead_letters) == Counter(REFUSED)
    queue = end_to_end.described["queue/messages/MaximumMessageSize"]
    assert max(len(body.encode()) for body in (*STORED, *REFUSED)) <= int(queue)


def test_no_function_failed(end_to_end: EndToEnd) -> None:
    """
    No invocation ended in an error, nothing was given up or lost.
    """
    assert end_to_end.stations.alarms == {}


@pytest.mark.parametrize("runtime", ["plain", "awslambdaric"])
def test_the_deployed_packages_did_the_work(
    end_to_end: EndToEnd, runtime: Runtime
) -> None:
    """
    Each function logged, in a process that could import nothing but its package.
    """
    deployed = end_to_end.deployed
    logs = end_to_end.travelled[runtime].logs
    assert set(logs) == {deployed.ingest, deployed.router, deployed.transform}
    for log in logs.values():
        assert '"service"' in log
        assert "Traceback" not in log


def test_partitions_were_compacted_before_they_became_cold(
    end_to_end: EndToEnd,
) -> None:
    """
    A device's day that came in two batches is one object in Glacier.
    """
    entries = sorted(end_to_end.kept.glob("archive/ledger/entries/*.json"))
    kinds = Counter(json.loads(path.read_bytes())["kind"] for path in entries)
    assert set(kinds) == {"batch", "compaction"}
    partitions = Counter(
        key.rsplit("/", 1)[0] for key in end_to_end.classes if key.startswith("items/")
    )
    assert set(partitions.values()) == {1}


def test_destroy_leaves_nothing(end_to_end: EndToEnd) -> None:
    """
    By AWS's own lists: not a bucket, a role, a log group or a view.
    """
    assert len(end_to_end.made) > 60
    assert end_to_end.left == frozenset()


def test_the_emulator_answered_every_call(end_to_end: EndToEnd) -> None:
    """
    What it cannot do is an error there, never a silence that looks like success.
    """
    assert end_to_end.not_emulated == ()
