"""
Where a function finds its code and its scratch: /var/task and /tmp.

Rule 1: this is the only file that mounts, and only in a mount namespace that
belongs to this process alone; it ends with the process.
Rule 2: half a namespace is none: a process is sent ahead to try it all, and what
fails after it has passed ends this one.

Where the machine has no such namespaces, or does not grant them, the code stays
where it was unpacked, and the function is told another scratch folder: TMPDIR,
and SCRATCH unless it was deployed with one. Its /tmp would be the machine's.
"""

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path

# From Linux's sched.h and mount.h.
_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000
_MS_RDONLY = 1
_MS_REMOUNT = 32
_MS_BIND = 4096
_MS_REC = 16384
_MS_PRIVATE = 1 << 18
_MS_RELATIME = 1 << 21
# What a mount already forbids cannot be allowed by mounting it again; all but
# one of these have the same number in both places.
_KEPT = os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC | os.ST_NOATIME | os.ST_NODIRATIME

_COVERED = ("/var", "/tmp")  # noqa: S108 - in the process's own namespace


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """
    Folders as the function sees them.
    """

    task: Path
    runtime: Path
    scratch: Path


def settle(given: Places) -> Places:
    """
    Put the given folders where Lambda has them, as far as that can be done.
    """
    if _can_mount(given):
        return _mounted(given)
    os.environ["TMPDIR"] = str(given.scratch)
    os.environ.setdefault("SCRATCH", str(given.scratch))
    return given


def _can_mount(given: Places) -> bool:
    """
    Whether a process of this one's could do all of it.
    """
    if sys.platform != "linux":
        return False
    prefixes = (Path(sys.base_prefix), Path(sys.base_exec_prefix))
    if any(it.resolve().is_relative_to(top) for it in prefixes for top in _COVERED):
        # The interpreter would lose its own library.
        return False
    # A namespace that turns out to be of no use cannot be left again.
    process = os.fork()
    if process == 0:
        status = 1
        try:
            _mounted(given)
            status = 0
        except OSError:
            # The answer is no; the reasons are the machine's many.
            status = 1
        finally:
            os._exit(status)
    _, status = os.waitpid(process, 0)
    return status == 0


def _mounted(given: Places) -> Places:
    _leave()
    # What is given may lie under what is about to be covered.
    task, runtime, scratch = (
        os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        for folder in (given.task, given.runtime, given.scratch)
    )
    settled = Places(
        task=Path("/var/task"),
        runtime=Path("/var/runtime"),
        scratch=Path("/tmp"),  # noqa: S108 - the function's own
    )
    _mount("tmpfs", Path("/var"), "tmpfs", 0)
    _bind(task, settled.task, read_only=True)
    _bind(runtime, settled.runtime, read_only=True)
    _bind(scratch, settled.scratch, read_only=False)
    return settled


def _leave() -> None:
    """
    Go into a mount namespace of this process's own.
    """
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNS) != 0:
        # Whoever is not root is granted it together with users of his own.
        _check(libc.unshare(_CLONE_NEWNS | _CLONE_NEWUSER), "unshare")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    # From here on nothing that is mounted is seen outside.
    _mount("none", Path("/"), None, _MS_REC | _MS_PRIVATE)


def _bind(folder: int, target: Path, *, read_only: bool) -> None:
    target.mkdir(exist_ok=True)
    _mount(f"/proc/self/fd/{folder}", target, None, _MS_BIND)
    os.close(folder)
    if read_only:
        kept = os.statvfs(target).f_flag
        relatime = _MS_RELATIME if kept & os.ST_RELATIME else 0
        flags = _MS_REMOUNT | _MS_BIND | _MS_RDONLY | kept & _KEPT | relatime
        _mount("none", target, None, flags)


def _mount(source: str, target: Path, kind: str | None, flags: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    encoded = None if kind is None else kind.encode()
    result = libc.mount(
        source.encode(), str(target).encode(), encoded, ctypes.c_ulong(flags), None
    )
    _check(result, str(target))


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
