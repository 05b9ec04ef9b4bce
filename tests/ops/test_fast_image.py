from hypothesis import given

from archive.image import Image, image_bytes
from ops.fast_image import fast_image_bytes
from tests.transforms.conversion.images import images


@given(images())
def test_the_fast_road_leads_to_the_same_bytes(image: Image) -> None:
    """
    With sets and without, and with texts that look like one.
    """
    looks_so = {**image, "note": {"S": '{"SS":["b","a"]}'}}

    assert fast_image_bytes(image) == image_bytes(image)
    assert fast_image_bytes(looks_so) == image_bytes(looks_so)
