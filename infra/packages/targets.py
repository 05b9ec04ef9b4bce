"""
What a package is made for.

Rule 1: this is the only file that knows Lambda's machine, its Python and its
libraries.
"""

import platform
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

Version = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    An interpreter on a machine, and what that machine brings along.
    """

    name: str
    # Whether it goes to Lambda, whose limits and loader it then has to suit.
    deployed: bool
    python: tuple[int, int]
    machine: str
    # What pip is told. Nothing for the host, which pip knows better than we do.
    pip_options: tuple[str, ...]
    # In place of what the building machine would answer to a marker.
    markers: Mapping[str, str]
    # The newest version there is of a family of symbols, where that is known.
    symbols_max: Mapping[str, Version]
    libraries: frozenset[str]

    @property
    def key(self) -> str:
        """
        What tells its wheels from those that pip would choose for another.
        """
        major, minor = self.python
        asked = zlib.crc32(" ".join(self.pip_options).encode())
        return f"{self.name}-cp{major}{minor}-{self.machine}-{asked:08x}"


# Each is there because the runtime itself needs it.
LIBRARIES = frozenset(
    {
        # The C library and what it was divided into before 2.34.
        "libc.so.6",
        "libdl.so.2",
        "libm.so.6",
        "libpthread.so.0",
        "librt.so.1",
        "ld-linux-aarch64.so.1",
        "ld-linux-x86-64.so.2",
        # The runtime's own client, awslambdaric, is a C++ extension.
        "libgcc_s.so.1",
        "libstdc++.so.6",
    }
)

# Amazon Linux 2023, which python3.13 runs on: glibc 2.34 and the libraries of
# GCC 11.
SYMBOLS_MAX = {
    "GLIBC": (2, 34),
    "GLIBCXX": (3, 4, 29),
    "CXXABI": (1, 3, 13),
    "GCC": (11, 0, 0),
}

# pip does not know that a newer glibc runs what was made for an older one. The
# first that fits is taken, so the newest stands first. From 2.17 on there is
# aarch64 at all; manylinux2014 is the old name for it.
PLATFORMS = (
    *(f"manylinux_2_{minor}_aarch64" for minor in range(34, 16, -1)),
    "manylinux2014_aarch64",
)

LAMBDA = Target(
    name="arm64",
    deployed=True,
    python=(3, 13),
    machine="aarch64",
    pip_options=(
        *(f"--platform={platform}" for platform in PLATFORMS),
        "--python-version=3.13",
        "--implementation=cp",
        "--abi=cp313",
        "--abi=abi3",
        "--abi=none",
    ),
    markers={
        "implementation_name": "cpython",
        "implementation_version": "3.13.0",
        "os_name": "posix",
        "platform_machine": "aarch64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": "3.13.0",
        "python_version": "3.13",
        "sys_platform": "linux",
    },
    symbols_max=SYMBOLS_MAX,
    libraries=LIBRARIES,
)


def host() -> Target:
    """
    The interpreter that runs this build, so that tests can run what it packs.
    """
    return Target(
        name="host",
        deployed=False,
        python=sys.version_info[:2],
        machine=platform.machine(),
        pip_options=(),
        markers={},
        symbols_max={},
        libraries=LIBRARIES,
    )
