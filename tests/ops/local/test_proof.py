import orjson
import pytest

from archive.image import Image
from archive.keys import Partition
from archive.line import encode_line
from ops.local.expiries import Expiry
from ops.local.proof import Proof

IMAGE: Image = {"deviceID": {"S": "BH"}, "createdAt": {"N": "1"}, "t": {"N": "5.5"}}
OTHER: Image = {"deviceID": {"S": "BH"}, "createdAt": {"N": "1"}, "t": {"N": "5.50"}}
PARTITION = Partition("BH", "2021-03-01")


def _expiry(image: Image = IMAGE, sequence_number: str = "7") -> Expiry:
    return Expiry.of(sequence_number, 60, image)


def test_an_expiry_is_lost_until_it_is_found() -> None:
    """
    Nothing is taken on trust: an archive that was not read proves nothing.
    """
    assert Proof([_expiry()]).lost == [_expiry()]


def test_a_row_with_equal_image_bytes_is_the_expiry() -> None:
    """
    The order of attributes says nothing.
    """
    proof = Proof([_expiry()])
    turned = dict(reversed(IMAGE.items()))
    proof.see_row(PARTITION, "7", _expiry(turned).image)

    assert proof.lost == []
    assert (proof.rows, proof.doubles_kept) == (1, 0)


@pytest.mark.parametrize(
    ("sequence_number", "image"), [("8", IMAGE), ("7", OTHER), ("", IMAGE)]
)
def test_a_row_that_differs_is_another_thing(
    sequence_number: str, image: Image
) -> None:
    """
    Another sequence number, or 5.50 where 5.5 was.
    """
    proof = Proof([_expiry()])
    proof.see_row(PARTITION, sequence_number, _expiry(image).image)

    assert proof.lost == [_expiry()]


def test_sets_are_equal_in_any_order() -> None:
    """
    DynamoDB's sets have none.
    """
    proof = Proof([_expiry({"s": {"M": {"a": {"SS": ["x", "y"]}}}})])
    proof.see_row(
        PARTITION, "7", _expiry({"s": {"M": {"a": {"SS": ["y", "x"]}}}}).image
    )

    assert proof.lost == []


def test_an_item_written_again_after_its_expiry_is_a_second_expiry() -> None:
    """
    Equal images with two sequence numbers need two rows.
    """
    proof = Proof([_expiry(), _expiry(sequence_number="8")])
    proof.see_row(PARTITION, "7", _expiry().image)

    assert proof.lost == [_expiry(sequence_number="8")]


def test_doubles_are_rows_of_one_partition_identity_and_image() -> None:
    """
    The rule of items_distinct.
    """
    proof = Proof([_expiry()])
    for partition in (PARTITION, PARTITION, Partition("BH", "2021-03-02")):
        for number in ("7", "8"):
            proof.see_row(partition, number, _expiry().image)

    assert (proof.rows, proof.doubles_kept) == (6, 2)


def test_a_quarantined_line_is_not_lost() -> None:
    """
    Neither as a line nor as the record that could not be one.
    """
    proof = Proof([_expiry(), _expiry(sequence_number="8")])
    proof.see_quarantined(encode_line("e", "7", 60, IMAGE))
    record = {"dynamodb": {"SequenceNumber": "8", "OldImage": IMAGE}}
    proof.see_quarantined(orjson.dumps({"record": record, "reason": "x"}))

    assert proof.lost == []


@pytest.mark.parametrize(
    "line",
    [
        b"\xff",
        b"[]",
        b'{"sequence_number":"7"}',
        b'{"sequence_number":"7","image":{"deviceID":"BH"}}',
        b'{"sequence_number":"7","image":{"a":{"SS":[1,"x"]}}}',
        b'{"record":{"dynamodb":{"SequenceNumber":"7"}}}',
    ],
)
def test_a_quarantined_line_without_the_image_finds_nothing(line: bytes) -> None:
    """
    Rubbish in quarantine neither stands for an expiry nor stops the proof.
    """
    proof = Proof([_expiry()])
    proof.see_quarantined(line)

    assert proof.lost == [_expiry()]


def test_what_no_stream_saw_is_lost() -> None:
    """
    Without a sequence number no row can be that expiry.
    """
    unseen = Expiry.of(None, 60, IMAGE)
    proof = Proof([unseen])
    proof.see_row(PARTITION, "7", unseen.image)

    assert proof.lost == [unseen]
