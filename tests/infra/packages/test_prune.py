"""
What is left out is left out for a reason that still holds.
"""

import pytest

from infra.packages.errors import PackageError
from infra.packages.prune import PER_DISTRIBUTION, keep_services, prune

MODELS = {
    "botocore/client.py": b"",
    "botocore/data/endpoints.json": b"{}",
    "botocore/data/s3/2006-03-01/service-2.json.gz": b"s3",
    "botocore/data/dynamodb/2011-12-05/service-2.json.gz": b"old",
    "botocore/data/dynamodb/2012-08-10/service-2.json.gz": b"new",
    "botocore/data/dynamodb/2012-08-10/paginators-1.json": b"pages",
    "botocore/data/ec2/2016-11-15/service-2.json.gz": b"ec2",
}


def test_licences_and_metadata_stay() -> None:
    """
    An installer's notes go; what the law and importlib.metadata read stays.
    """
    about = "some-1.0.dist-info"
    kept = {f"{about}/METADATA": b"", f"{about}/licenses/LICENSE": b"", "some.py": b""}
    dropped = ("RECORD", "WHEEL", "INSTALLER", "direct_url.json", "sboms/a.json")

    tree = kept | {f"{about}/{name}": b"" for name in dropped}

    assert prune("some", {**tree, "some.pyi": b"", "__pycache__/some.pyc": b""}) == kept


def test_only_the_models_of_these_services_stay() -> None:
    """
    A client takes the newest version of its service; the others only weigh.
    """
    assert keep_services(MODELS, ["dynamodb"]) == {
        path: content
        for path, content in MODELS.items()
        if content in {b"", b"{}", b"new", b"pages"}
    }


def test_a_service_that_botocore_does_not_know_is_refused() -> None:
    """
    It would be found by the first invocation otherwise.
    """
    with pytest.raises(PackageError, match="knows no service called firehoze"):
        keep_services(MODELS, ["firehoze"])


@pytest.mark.parametrize("name", PER_DISTRIBUTION)
def test_a_rule_that_leaves_out_nothing_is_refused(name: str) -> None:
    """
    A new version that renames a file must not quietly bring it back.
    """
    with pytest.raises(PackageError, match=f"^{name}: nothing is called"):
        prune(name, {"something/else.py": b""})
