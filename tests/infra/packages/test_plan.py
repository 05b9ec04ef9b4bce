"""
How large a package may become, and how it then travels.
"""

from dataclasses import replace

import pytest

from infra.packages.errors import PackageError
from infra.packages.plan import PACKAGES, Package, check_size, upload


def test_a_package_beyond_lambdas_limit_is_refused() -> None:
    """
    The message says which limit, whose, and by how much.
    """
    large = replace(PACKAGES[0], unzipped_max=10**12, zipped_max=10**12)

    check_size(large, 1, 250 * 1024 * 1024)
    with pytest.raises(
        PackageError,
        match=r"^ingest: 262,144,001 bytes unzipped, above Lambda's limit of 262,144",
    ):
        check_size(large, 1, 250 * 1024 * 1024 + 1)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_package_that_has_grown_is_refused(package: Package) -> None:
    """
    Our own bounds are nearer than Lambda's: growth is a decision, not an accident.
    """
    with pytest.raises(PackageError, match=r"zipped, above the bound in plan\.py"):
        check_size(package, package.zipped_max + 1, 1)
    with pytest.raises(PackageError, match=r"unzipped, above the bound in plan\.py"):
        check_size(package, 1, package.unzipped_max + 1)


def test_what_lambda_does_not_take_directly_goes_through_s3() -> None:
    """
    Fifty megabytes is what a request may hold.
    """
    assert upload(50 * 1024 * 1024) == "direct"
    assert upload(50 * 1024 * 1024 + 1) == "s3"
