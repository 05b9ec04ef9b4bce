"""
The same tree gives the same zip, everywhere.
"""

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.packages import zip_file
from infra.packages.contents import Tree
from infra.packages.errors import PackageError
from infra.packages.zip_file import zip_bytes

NAMES = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="/\\\0:"), min_size=1
).filter(lambda name: name.strip(". ") == name)
TREES = st.dictionaries(NAMES, st.binary(max_size=300) | st.just(b"a" * 5000))

SAMPLE = {
    "archive/__init__.py": b'"""\nWhat the archive is.\n"""\n',
    "archive/words.py": b" ".join(b"word %d" % (n * n % 997) for n in range(20_000)),
    "bin/random.so": hashlib.shake_256(b"firn").digest(10_000),
    "tzdata/Europe/Z\u00fcrich": b"",
}
# What libdeflate 0.9.0's wheel makes of it on x86-64; on any other machine this
# test says whether it makes the same.
SAMPLE_SHA256 = "b1ffa37e08f4602ff76a90b637f44ee271cc2ff24a48dac484ff342401f24cfd"


@given(TREES)
def test_a_zip_holds_the_tree_and_nothing_else(tree: Tree) -> None:
    """
    What the standard library reads is what was put in.
    """
    with zipfile.ZipFile(io.BytesIO(zip_bytes(tree))) as file:
        assert file.testzip() is None
        assert {entry.filename: file.read(entry) for entry in file.infolist()} == tree


@given(TREES, st.randoms())
def test_the_order_of_a_folder_does_not_reach_the_zip(
    tree: Tree, random: Random
) -> None:
    """
    File systems list a folder in orders of their own.
    """
    paths = list(tree)
    random.shuffle(paths)

    assert zip_bytes({path: tree[path] for path in paths}) == zip_bytes(tree)


def test_a_zip_is_the_same_on_every_machine() -> None:
    """
    The compressor is pinned, so these bytes are known before they are made.
    """
    assert hashlib.sha256(zip_bytes(SAMPLE)).hexdigest() == SAMPLE_SHA256


def test_entries_say_nothing_of_who_made_them_and_when() -> None:
    """
    One time, one mode, no owner, no extra fields, no folders.
    """
    with zipfile.ZipFile(io.BytesIO(zip_bytes(SAMPLE))) as file:
        entries = file.infolist()

    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert {(entry.extra, entry.comment) for entry in entries} == {(b"", b"")}
    assert [entry.filename for entry in entries] == sorted(SAMPLE, key=str.encode)


def test_what_does_not_get_smaller_is_stored() -> None:
    """
    Deflate makes random bytes larger; a zip may hold them as they are.
    """
    with zipfile.ZipFile(io.BytesIO(zip_bytes(SAMPLE))) as file:
        methods = {each.filename: each.compress_type for each in file.infolist()}

    assert methods["bin/random.so"] == zipfile.ZIP_STORED
    assert methods["archive/words.py"] == zipfile.ZIP_DEFLATED


@pytest.mark.parametrize(
    ("umask", "environment"),
    [
        (0o000, {"TZ": "Asia/Tokyo", "LANG": "C", "PYTHONHASHSEED": "1"}),
        (0o077, {"TZ": "UTC", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2"}),
    ],
)
def test_umask_zone_locale_and_hash_seed_do_not_reach_the_zip(
    tmp_path: Path, umask: int, environment: dict[str, str]
) -> None:
    """
    Two processes that share nothing but the tree make the same bytes.
    """
    code = (
        "import hashlib, sys\n"
        f"sys.path.insert(0, {str(Path(zip_file.__file__).parents[2])!r})\n"
        "from infra.packages.zip_file import zip_bytes\n"
        f"print(hashlib.sha256(zip_bytes({SAMPLE!r})).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-"],
        input=code,
        cwd=tmp_path,
        env={**os.environ, **environment},
        umask=umask,
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout.strip() == SAMPLE_SHA256


def test_a_tree_that_a_plain_zip_cannot_hold_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Beyond 65,534 files readers need zip64, which Lambda's limits never do.
    """
    monkeypatch.setattr(zip_file, "ENTRIES_MAX", 2)

    with pytest.raises(PackageError, match="2 files are more than"):
        zip_bytes({"a": b"", "b": b""})
