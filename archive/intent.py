"""
The intent to make an entry, and the plan of what it will store.

Rule 1: the intent is the lock. Whoever finds one leaves it alone before its
`until` plus a minute, and takes it over afterwards.
Rule 2: all that an entry is made of follows from the intent's `kind`, inputs,
`opened_at`, contract and treatment; `holder`, `until` and `attempts` only say
who tries. So another try makes the same entry.
Rule 3: the plan names every object that may lie in the bucket because of the
intent, those of former tries included.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from archive.contract import Contract, decode_contract, encode_contract
from archive.document import (
    EntryKind,
    Input,
    Kept,
    decode_kind,
    decoding,
    encode_document,
)


class Treatment(Enum):
    """
    What is done with the inputs.

    SET_ASIDE is for those that no try could convert: landed objects go whole
    into quarantine; for any other kind the entry changes nothing.
    """

    CONVERT = "convert"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """
    What its holder is about to do, until when, and for the how-manieth time.

    Times are epoch seconds. `until` is when the holder is certainly dead.
    """

    n: int
    kind: EntryKind
    inputs: tuple[Input, ...]
    treatment: Treatment
    opened_at: int
    contract: Contract
    writer: Mapping[str, str]
    holder: str
    attempts: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """
    An object that is about to be stored, and how many rows it holds.
    """

    kept: Kept
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    The objects of the entry to come, and the keys that only former plans named.
    """

    n: int
    writer: Mapping[str, str]
    files: tuple[Planned, ...]
    carried: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """
        Every key that may lie in the bucket because of this plan or former ones.
        """
        return frozenset((*(file.kept.key for file in self.files), *self.carried))


def encode_intent(intent: Intent) -> bytes:
    """
    The intent's bytes.
    """
    return encode_document(
        intent.n,
        {
            "kind": intent.kind.value,
            "inputs": [each.encode() for each in intent.inputs],
            "treatment": intent.treatment.value,
            "opened_at": intent.opened_at,
            "contract": encode_contract(intent.contract),
            "writer": dict(intent.writer),
            "holder": intent.holder,
            "attempts": intent.attempts,
            "until": intent.until,
        },
    )


def decode_intent(name: str, stored: bytes) -> Intent:
    """
    The intent that these bytes hold; `name` is what an error calls it.
    """
    with decoding(name, stored) as value:
        return Intent(
            n=int(value["n"]),
            kind=decode_kind(name, value["kind"]),
            inputs=tuple(Input.decode(each) for each in value["inputs"]),
            treatment=Treatment(value["treatment"]),
            opened_at=int(value["opened_at"]),
            contract=decode_contract(value["contract"]),
            writer={str(k): str(v) for k, v in value["writer"].items()},
            holder=str(value["holder"]),
            attempts=int(value["attempts"]),
            until=int(value["until"]),
        )


def encode_plan(plan: Plan) -> bytes:
    """
    The plan's bytes.
    """
    return encode_document(
        plan.n,
        {
            "writer": dict(plan.writer),
            "files": [{**file.kept.encode(), "rows": file.rows} for file in plan.files],
            "carried": list(plan.carried),
        },
    )


def decode_plan(name: str, stored: bytes) -> Plan:
    """
    The plan that these bytes hold; `name` is what an error calls it.
    """
    with decoding(name, stored) as value:
        return Plan(
            n=int(value["n"]),
            writer={str(k): str(v) for k, v in value["writer"].items()},
            files=tuple(
                Planned(kept=Kept.decode(file), rows=int(file["rows"]))
                for file in value["files"]
            ),
            carried=tuple(str(key) for key in value["carried"]),
        )
