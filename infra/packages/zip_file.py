"""
A tree as the one zip file that it always gives.

Rule 1: the bytes follow from the tree and from the pinned libdeflate alone. The
standard library's zlib is another one on another machine (zlib, zlib-ng; their
output differs, even between processors), and so is what zipfile writes around
it. libdeflate's output is the same for the same version, says its author
(ebiggers/libdeflate, issue 400), whatever the processor.
Rule 2: plain zip: no zip64, no data descriptors, no extra fields. Lambda's
limits are far below what that can hold.
"""

import struct
import zlib

import deflate

from infra.packages.contents import Tree
from infra.packages.errors import PackageError

# 9 is the last level before libdeflate's optimal parsing, which takes five times
# as long for two per cent.
LEVEL = 9

STORED = 0
DEFLATED = 8

# Names are UTF-8; 2.0, which is what Deflate needs; made on Unix.
FLAGS = 0x0800
VERSION = 20
MADE_BY = 3 << 8 | VERSION

# The first moment that a zip can name: 1 January 1980, 00:00:00.
TIME = 0
DATE = 1 << 5 | 1

# A regular file that everybody may read; the function's user is nobody we know.
MODE = 0o100644 << 16

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
ENTRIES_MAX = 0xFFFF


def zip_bytes(tree: Tree) -> bytes:
    """
    The zip file of a tree.
    """
    if len(tree) >= ENTRIES_MAX:
        msg = f"{len(tree)} files are more than a zip without extensions can hold"
        raise PackageError(msg)
    body = bytearray()
    directory = bytearray()
    for path in sorted(tree, key=str.encode):
        name = path.encode()
        described, packed = _entry(tree[path], len(name))
        directory += CENTRAL.pack(
            *(b"PK\x01\x02", MADE_BY, *described),
            *(0, 0, 0, MODE, len(body)),
        )
        directory += name
        body += LOCAL.pack(b"PK\x03\x04", *described) + name + packed
    end = END.pack(
        *(b"PK\x05\x06", 0, 0, len(tree), len(tree)),
        *(len(directory), len(body), 0),
    )
    return bytes(body + directory + end)


def _entry(content: bytes, name_bytes: int) -> tuple[tuple[int, ...], bytes]:
    """
    What both headers say of a file, and what stands behind them.
    """
    method, packed = DEFLATED, bytes(deflate.deflate_compress(content, LEVEL))
    if len(packed) >= len(content):
        method, packed = STORED, content
    sizes = (zlib.crc32(content), len(packed), len(content), name_bytes, 0)
    return (VERSION, FLAGS, method, TIME, DATE, *sizes), packed
