"""
Trino as the tests run it, over a Glue and an S3 on the loopback.

Rule 1: Athena's engine version 3 is made of Trino, so a view that Trino refuses
Athena would refuse. The reverse is not proved by anything here.
Rule 2: it comes from Maven, once, into the user's cache folder.
Rule 3: what is missing is said in one sentence, by UnavailableError.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The last one on Maven Central.
VERSION = "476"
JAVA_MIN = 24
START_SECONDS_MAX = 180

_MAVEN_GET = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get"
_ARTIFACTS = {
    "trino-server-core": f"io.trino:trino-server-core:{VERSION}:tar.gz",
    "trino-hive": f"io.trino:trino-hive:{VERSION}:zip",
}


class UnavailableError(Exception):
    """
    There is no Java that could run Trino, or no Maven that could fetch it.
    """


class QueryError(Exception):
    """
    Trino's own words on a query that it did not answer.
    """


@dataclass(frozen=True, slots=True)
class Trino:
    """
    A running Trino.
    """

    url: str

    def query(self, sql: str) -> list[dict[str, Any]]:
        """
        The rows of an answer, as JSON has them: decimals and times are text.
        """
        request = urllib.request.Request(  # noqa: S310 - the loopback's own address
            f"{self.url}/v1/statement",
            data=sql.encode(),
            headers={"X-Trino-User": "analyst"},
        )
        names: list[str] = []
        rows: list[dict[str, Any]] = []
        while True:
            with urllib.request.urlopen(request) as response:  # noqa: S310 - as above
                page = json.load(response)
            if "error" in page:
                error = page["error"]
                msg = f"{error['errorName']}: {error['message']}\n{sql}"
                raise QueryError(msg)
            names = names or [column["name"] for column in page.get("columns", [])]
            rows.extend(
                dict(zip(names, row, strict=True)) for row in page.get("data", [])
            )
            if "nextUri" not in page:
                return rows
            request = urllib.request.Request(page["nextUri"])  # noqa: S310 - as above


@contextmanager
def running(work: Path, environment: Mapping[str, str], probe: str) -> Iterator[Trino]:
    """
    A Trino whose catalogue is what AWS would be by this environment.

    `probe` is a query that scans: before one succeeds there is no Trino.
    """
    java, home, port = _java(), _home(), _free_port()
    _configure(work, home, environment, port)
    with (work / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - Java itself, on our own arguments
            [
                *(java, "-Xmx1G", "-XX:TieredStopAtLevel=1"),
                *("-XX:+ExitOnOutOfMemoryError", "-Duser.timezone=UTC"),
                f"-Dnode.data-dir={work / 'data'}",
                f"-Dconfig={work / 'etc' / 'config.properties'}",
                *("-cp", f"{home / 'lib'}/*", "io.trino.server.TrinoServer"),
            ],
            # It writes a folder of its own where it was started.
            cwd=work,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            trino = Trino(f"http://127.0.0.1:{port}")
            _await(trino, probe, process, work / "log")
            yield trino
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _await(
    trino: Trino, probe: str, process: subprocess.Popen[bytes], log: Path
) -> None:
    """
    Wait until it scans: it answers before it has a node to scan with.
    """
    refused: Exception | None = None
    deadline = time.monotonic() + START_SECONDS_MAX
    while process.poll() is None and time.monotonic() < deadline:
        try:
            trino.query(probe)
        except (OSError, QueryError) as error:
            refused = error
            _pause()
        else:
            return
    msg = f"Trino did not start: {refused}\n{log.read_text(errors='replace')[-4000:]}"
    raise RuntimeError(msg)


def _pause() -> None:
    # Not time.sleep: in an account that moves the account's clock.
    subprocess.run(["sleep", "0.5"], check=True)  # noqa: S607 - POSIX has it on the PATH


def _configure(
    work: Path, home: Path, environment: Mapping[str, str], port: int
) -> None:
    _properties(
        work / "etc" / "config.properties",
        {
            "node.environment": "test",
            "node.id": "one",
            "node.bind-ip": "127.0.0.1",
            "node.internal-address": "127.0.0.1",
            "coordinator": "true",
            "node-scheduler.include-coordinator": "true",
            "http-server.http.port": str(port),
            "discovery.uri": f"http://127.0.0.1:{port}",
            "plugin.dir": str(home / "plugin"),
            "catalog.config-dir": str(work / "etc" / "catalog"),
        },
    )
    _properties(
        # Athena's own name of it, which views hold.
        work / "etc" / "catalog" / "awsdatacatalog.properties",
        _catalog(environment),
    )


def _catalog(environment: Mapping[str, str]) -> dict[str, str]:
    endpoint = environment["AWS_ENDPOINT_URL"]
    region = environment["AWS_REGION"]
    key = environment["AWS_ACCESS_KEY_ID"]
    secret = environment["AWS_SECRET_ACCESS_KEY"]
    return {
        "connector.name": "hive",
        "hive.metastore": "glue",
        "hive.metastore.glue.endpoint-url": endpoint,
        "hive.metastore.glue.region": region,
        "hive.metastore.glue.aws-access-key": key,
        "hive.metastore.glue.aws-secret-key": secret,
        "hive.metastore.glue.partitions-segments": "1",
        "hive.table-statistics-enabled": "false",
        # What Athena does with restored objects once the table says so.
        "hive.s3-glacier-filter": "READ_NON_GLACIER_AND_RESTORED",
        "fs.native-s3.enabled": "true",
        "s3.endpoint": endpoint,
        "s3.region": region,
        "s3.path-style-access": "true",
        "s3.aws-access-key": key,
        "s3.aws-secret-key": secret,
    }


def _properties(path: Path, values: Mapping[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))


def _java() -> str:
    """
    A Java that is new enough: JAVA_HOME's, the PATH's, or one beside it.
    """
    homes = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    found = shutil.which("java")
    if found is not None:
        homes.append(Path(found).resolve().parents[1])
        homes.extend(sorted(Path(found).resolve().parents[2].iterdir()))
    for home in homes:
        java = home / "bin" / "java"
        if java.is_file() and _java_version(java) >= JAVA_MIN:
            return str(java)
    msg = f"Trino {VERSION} needs Java {JAVA_MIN} or newer; JAVA_HOME may name one"
    raise UnavailableError(msg)


def _java_version(java: Path) -> int:
    told = subprocess.run(  # noqa: S603 - a Java that was found
        [java, "-version"], capture_output=True, check=False, text=True
    )
    version = re.search(r'version "(\d+)', told.stderr)
    return int(version[1]) if version else 0


def _home() -> Path:
    """
    Trino's folder, fetched where it is not there yet.
    """
    caches = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    home = caches / "firn" / f"trino-{VERSION}"
    if home.is_dir():
        return home
    maven = shutil.which("mvn")
    if maven is None:
        msg = "Trino is fetched with Maven, and there is no mvn on the PATH"
        raise UnavailableError(msg)

    making = home.with_name(f"{home.name}.{os.getpid()}")
    repository = making / "repository"
    for artifact in _ARTIFACTS.values():
        _fetch(maven, artifact, repository)
    (server,) = repository.glob("io/trino/trino-server-core/*/*.tar.gz")
    (plugin,) = repository.glob("io/trino/trino-hive/*/*.zip")
    shutil.unpack_archive(server, making, filter="tar")
    # Not shutil's: it leaves out, without a word, names with two points in a row.
    with zipfile.ZipFile(plugin) as archive:
        archive.extractall(making)
    (unpacked,) = making.glob("trino-server-core-*")
    # The other plugins need what the core's archive does not hold.
    shutil.rmtree(unpacked / "plugin")
    (hive,) = (each for each in making.glob("trino-hive-*") if each.is_dir())
    (unpacked / "plugin").mkdir()
    hive.rename(unpacked / "plugin" / "hive")
    unpacked.rename(home)
    shutil.rmtree(making)
    return home


def _fetch(maven: str, artifact: str, repository: Path) -> None:
    got = subprocess.run(  # noqa: S603 - Maven itself, on our own arguments
        [
            *(maven, "-q", "-B", _MAVEN_GET),
            *(f"-Dartifact={artifact}", "-Dtransitive=false"),
            f"-Dmaven.repo.local={repository}",
        ],
        capture_output=True,
        check=False,
        text=True,
    )
    if got.returncode != 0:
        msg = f"Maven did not get {artifact}:\n{got.stdout[-2000:]}"
        raise UnavailableError(msg)
