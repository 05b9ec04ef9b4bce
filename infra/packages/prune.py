"""
What is left out of a distribution, and why.

Rule 1: whole files are left out; none is changed. Stripping binaries would save
more, and give other bytes with each version of the tool.
Rule 2: licences and METADATA stay, always: `importlib.metadata`, scanners and
lawyers read them.
Rule 3: a rule that leaves out nothing is refused: the distribution has changed,
and somebody has to look at it again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from infra.packages.contents import Tree
from infra.packages.errors import PackageError


@dataclass(frozen=True, slots=True)
class Rule:
    """
    Files of these names are left out. A star stands for slashes, too.
    """

    reason: str
    patterns: tuple[str, ...]

    def matches(self, path: str) -> bool:
        """
        Whether this rule leaves the file out.
        """
        return any(fnmatchcase(path, pattern) for pattern in self.patterns)


# Of any distribution; these may find nothing.
ANYWHERE = (
    Rule(
        "an installer's notes; RECORD would name files that are not there",
        tuple(
            f"*.dist-info/{name}"
            for name in (
                "RECORD",
                "WHEEL",
                "INSTALLER",
                "REQUESTED",
                "direct_url.json",
                "entry_points.txt",
                "top_level.txt",
                "zip-safe",
                "sboms/*",
            )
        ),
    ),
    Rule("byte code of some interpreter", ("*.pyc", "*.pyo")),
    Rule("for type checkers", ("*.pyi", "*/py.typed", "py.typed")),
)

PER_DISTRIBUTION = {
    "aws-lambda-powertools": (
        Rule("a web page about HTTP APIs", ("*/openapi/swagger_ui/*",)),
    ),
    "boto3": (
        Rule("resources: only clients are used here", ("boto3/data/*",)),
        Rule("documents", ("boto3/examples/*",)),
    ),
    "botocore": (Rule("examples for documents", ("botocore/data/*/examples-1.json",)),),
    "duckdb": (
        Rule("Spark's interface", ("duckdb/experimental/*",)),
        Rule("ADBC's interface", ("adbc_driver_duckdb/*",)),
    ),
    "pyarrow": (
        Rule(
            "for compiling against it",
            (
                *("pyarrow/include/*", "pyarrow/includes/*", "pyarrow/src/*"),
                *("*.pyx", "*.pxd", "*.pxi"),
            ),
        ),
        Rule(
            "tests and benchmarks",
            (
                *("pyarrow/tests/*", "pyarrow/conftest.py"),
                *("pyarrow/benchmark.py", "pyarrow/_pyarrow_cpp_tests.*"),
            ),
        ),
        Rule(
            "a service over the network",
            (
                *("pyarrow/flight.py", "pyarrow/_flight.*"),
                *("pyarrow/libarrow_flight.*", "pyarrow/libarrow_python_flight.*"),
            ),
        ),
        Rule(
            "other stores: boto3 does the storing",
            (
                *("pyarrow/_s3fs.*", "pyarrow/libarrow_s3.*", "pyarrow/_gcsfs.*"),
                *("pyarrow/_azurefs.*", "pyarrow/_hdfs.*"),
            ),
        ),
        Rule(
            "other formats and devices",
            (
                *("pyarrow/orc.py", "pyarrow/_orc.*", "pyarrow/_dataset_orc.*"),
                *("pyarrow/feather.py", "pyarrow/_feather.*"),
                *("pyarrow/csv.py", "pyarrow/_csv.*"),
                *("pyarrow/json.py", "pyarrow/_json.*"),
                *("pyarrow/cuda.py", "pyarrow/jvm.py"),
            ),
        ),
        Rule(
            "Parquet's own encryption: S3 encrypts",
            (
                *("pyarrow/_parquet_encryption.*", "pyarrow/parquet/encryption.py"),
                "pyarrow/_dataset_parquet_encryption.*",
                "pyarrow/libarrow_python_parquet_encryption.*",
            ),
        ),
        Rule(
            # Their libraries stay: libarrow_python is linked against them.
            "query engines and datasets, of which none is asked",
            (
                *("pyarrow/substrait.py", "pyarrow/_substrait.*"),
                *("pyarrow/dataset.py", "pyarrow/_dataset.*"),
                *("pyarrow/acero.py", "pyarrow/_acero.*"),
                "pyarrow/_dataset_parquet.*",
            ),
        ),
        Rule(
            "the same library under names that only a compiler asks for",
            ("pyarrow/libarrow_python.so", "pyarrow/libarrow_python.so.*.*.*"),
        ),
    ),
}


def prune(name: str, tree: Tree) -> Tree:
    """
    A distribution without what no function needs.
    """
    rules = PER_DISTRIBUTION.get(name, ())
    for rule in rules:
        for pattern in rule.patterns:
            if not any(fnmatchcase(path, pattern) for path in tree):
                msg = f"{name}: nothing is called {pattern} any more; see prune.py"
                raise PackageError(msg)
    return _without(tree, (*ANYWHERE, *rules))


def keep_services(tree: Tree, services: Collection[str]) -> Tree:
    """
    The models of these services only, each in its newest version.
    """
    kept = {path: tree[path] for path in tree if _model(path) is None}
    for service in sorted(services):
        models = {path: model for path in tree if (model := _model(path))}
        versions = {version for name, version in models.values() if name == service}
        if not versions:
            msg = f"botocore: knows no service called {service}"
            raise PackageError(msg)
        newest = (service, max(versions))
        kept |= {path: tree[path] for path in models if models[path] == newest}
    return kept


def _without(tree: Tree, rules: Iterable[Rule]) -> Tree:
    every = tuple(rules)
    return {
        path: content
        for path, content in tree.items()
        if not any(rule.matches(path) for rule in every)
    }


def _model(path: str) -> tuple[str, str] | None:
    """
    The service and the version that a file of botocore's data describes.
    """
    match path.split("/"):
        case ["botocore", "data", service, version, _]:
            return service, version
        case _:
            return None
