"""
`firn query`, step by step: understand, look, refuse or run, look again, write.

Rule 1: nothing runs before the whole of what it touches was found readable, or the
person said --allow-partial. Nothing is written before it was looked at again.
Rule 2: the answer goes to standard output, all that is said of it to standard
error.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from archive.contract import Granularity
from archive.errors import ArchiveError, DamagedError, MisconfiguredError
from archive.files import FileRecord
from archive.glue_table import ARCHIVE_TABLE, FILES_TABLE
from archive.keys import Partition, partition_device
from archive.ledger import Entry
from ops.connection import Connection
from ops.exit_code import ExitCode
from ops.ledger import Ledger
from ops.output import Output
from ops.query.ask import sql_of
from ops.query.athena import Athena
from ops.query.conditions import Wanted
from ops.query.dates import refuse_impossible
from ops.query.facts import Answered, Asked, athena_usd
from ops.query.fetch import Fetched, fetched
from ops.query.flags import Engine
from ops.query.glue import READ_RESTORED, Glue, columns_of
from ops.query.look import Look
from ops.query.named import as_saved, chosen, listed
from ops.query.order import Order
from ops.query.refusal import obstacles, refusal
from ops.query.saved import Saved, asked, refuse_what_it_cannot, understood
from ops.query.statement import Kind, Statement, parse_statement
from ops.query.touched import foreign, meant, touched
from ops.query.typed import unique
from ops.query.write import write
from ops.restore_command import RestoreCommand
from ops.selection import Selection, unknown_device
from ops.sql.engine import Answer, answer
from ops.sql.tables import Tables, catalog_of_glue
from ops.words import amount

# Fetched without a question.
FETCH_BYTES_MAX = 2 * 1024**3


@dataclass(frozen=True)
class Run:
    """
    One run of the command on one deployment.
    """

    connection: Connection
    order: Order
    output: Output

    def __call__(self) -> ExitCode:
        """
        Do it, and say what a script should do next.
        """
        if self.order.named == "":
            return self._list()
        asked = self._asked()
        for line in asked.lines():
            self.output.terminal.say(line, "dim")
        if not asked.looked.survey.whole:
            self._refuse(asked)
        if self.order.engine is Engine.DUCKDB:
            answered = self._duckdb(asked)
        else:
            answered = self._athena(asked)
        self.output.terminal.say(answered.line(), "dim")
        facts = {**asked.document(), **answered.document()}
        write(answered.rows, facts, self.order.destination, self.output)
        return ExitCode.DONE

    def _list(self) -> ExitCode:
        queries = Athena(self.connection, self.output.terminal).named()
        for line in listed(queries):
            self.output.say(line)
        found = [{"name": it.name, "purpose": it.purpose} for it in queries.values()]
        self.output.result({"named": found})
        return ExitCode.DONE

    @cached_property
    def _tables(self) -> Sequence[Mapping[str, Any]]:
        return Glue(self.connection).tables()

    @property
    def _look(self) -> Look:
        return Look(
            connection=self.connection,
            terminal=self.output.terminal,
            with_glue=self.order.engine is Engine.ATHENA,
        )

    def _asked(self) -> Asked:
        """
        The statement, and what there is of what it touches.
        """
        statement, ledger = self._statement()
        database = self.connection.deployment.glue_database
        if self.order.engine is Engine.DUCKDB and statement.kind is not Kind.READS:
            msg = "--engine duckdb: runs a SELECT, and shows no plan and no catalogue"
            raise MisconfiguredError(msg)
        others = Glue(self.connection).meanings(foreign(statement, database))
        found = touched(statement, database, others)
        looked = self._look.at(found, ledger)
        refuse_impossible(statement, database, self._granularities(looked.ledger))
        return Asked(
            engine=self.order.engine.value,
            statement=statement,
            touched=found,
            looked=looked,
        )

    def _statement(self) -> tuple[Statement, Ledger | None]:
        order = self.order
        if order.named is not None:
            return self._saved(order.named)
        if order.question is None:
            return parse_statement(order.sql or "", order.parameters), None
        ledger = self._ledger_of(order.question.selection)
        sql, parameters = sql_of(
            order.question,
            columns_of(self._tables, order.question.view),
            self._granularities(ledger),
        )
        return parse_statement(sql, parameters), ledger

    def _saved(self, name: str) -> tuple[Statement, Ledger | None]:
        order, deployment = self.order, self.connection.deployment
        terminal = self.output.terminal
        queries = Athena(self.connection, terminal).named()
        sql = chosen(queries, name, terminal).sql
        if order.selection == Selection():
            # SHOW and EXPLAIN ask for no device and no date.
            with suppress(MisconfiguredError):
                self._tell(understood(name, sql, deployment.glue_database))
            return parse_statement(sql, order.parameters), None

        saved = understood(name, sql, deployment.glue_database)
        refuse_what_it_cannot(saved, order.selection)
        self._tell(saved)
        ledger = self._ledger_of(order.selection)
        wanted = Wanted(
            selection=order.selection, granularities=self._granularities(ledger)
        )
        statement = parse_statement(*asked(saved, wanted, order.parameters))
        # What reads more than these devices needs more of the ledger.
        others = foreign(statement, deployment.glue_database)
        return statement, None if others else ledger

    def _tell(self, saved: Saved) -> None:
        told = as_saved(saved, self.order.selection)
        if told is not None:
            self.output.terminal.say(told)

    def _ledger_of(self, selection: Selection) -> Ledger:
        """
        The ledger with the files of the selected devices.

        How dates lie must be known before they can be asked for.
        """
        devices = Selection(devices=selection.devices)
        there: set[str] = set()

        def wanted(partition: Partition) -> bool:
            there.add(partition.device)
            return devices.may_take(partition)

        ledger = self._look.ledger(wanted)
        for device in devices.devices or ():
            if partition_device(device) not in there:
                self.output.terminal.say(unknown_device(device, there))
        return ledger

    def _granularities(self, ledger: Ledger) -> frozenset[Granularity]:
        there = {entry.contract.granularity for entry in ledger.entries}
        return frozenset(there or {Granularity(self.connection.deployment.granularity)})

    def _refuse(self, asked: Asked) -> None:
        for line in obstacles(asked.looked.survey):
            self.output.terminal.say(line)
        if self.order.allow_partial:
            self.output.terminal.say("the answer is partial, as --allow-partial allows")
            return
        self._rehearse(asked.statement)
        self.output.result({**asked.document(), "rows": None})
        raise self._refusal(asked)

    def _rehearse(self, statement: Statement) -> None:
        """
        Ask it of empty tables: a slip in it should not cost a restore first.
        """
        if statement.kind is not Kind.READS:
            return
        try:
            self._answer(statement, Fetched(files=(), file_lists=()))
        except MisconfiguredError as error:
            if self.order.engine is Engine.DUCKDB:
                raise
            # Athena knows more than DuckDB does: this is a warning, no verdict.
            self.output.terminal.say(f"before you restore for it: {error}")

    def _refusal(self, asked: Asked) -> ArchiveError:
        devices = self.order.selection.devices or ()
        ids = {partition_device(device): device for device in devices}
        restore = RestoreCommand(place=self.connection.place, ids=ids)
        return refusal(asked.looked.survey, restore)

    def _athena(self, asked: Asked) -> Answered:
        found = asked.looked.survey
        if found.archived > len(found.unreadable):
            self._refuse_restored_unread()
        ran = Athena(self.connection, self.output.terminal).run(asked.statement)
        self._look.again(asked.looked, asked.touched)
        return Answered(
            rows=ran.rows,
            bytes_scanned=ran.bytes_scanned,
            usd=athena_usd(ran.bytes_scanned, asked.statement.kind),
            id=ran.id,
        )

    def _refuse_restored_unread(self) -> None:
        """
        Without its parameter, Athena leaves restored objects out, without a word.
        """
        table = next(it for it in self._tables if it["Name"] == ARCHIVE_TABLE)
        if table.get("Parameters", {}).get(READ_RESTORED) != "true":
            msg = (
                f"Glue table {ARCHIVE_TABLE}: its parameter {READ_RESTORED} is not "
                "true, so Athena would leave restored objects out; apply the module "
                "again, or use --engine duckdb"
            )
            raise MisconfiguredError(msg)

    def _duckdb(self, asked: Asked) -> Answered:
        records = list(asked.looked.survey.readable.values())
        size_bytes = sum(record.bytes for record in records)
        if size_bytes > FETCH_BYTES_MAX and not self.output.agreed(
            f"Fetch {amount(size_bytes)} to this machine?", yes=self.order.yes
        ):
            msg = (
                "nothing was fetched; --engine athena reads the objects where they are"
            )
            raise MisconfiguredError(msg)
        try:
            answered = self._fetched_answer(asked, records)
        except DamagedError:
            # A compaction may have replaced what was to be fetched.
            self._look.again(asked.looked, asked.touched)
            raise
        return Answered(
            rows=answered.rows.rename_columns(unique(answered.rows.column_names)),
            bytes_scanned=answered.bytes_scanned,
            usd=athena_usd(0, Kind.SHOWS),
        )

    def _fetched_answer(self, asked: Asked, records: Sequence[FileRecord]) -> Answer:
        with fetched(
            self._look.objects, records, self._entries(asked), self.output.terminal
        ) as files:
            return self._answer(asked.statement, files)

    def _answer(self, statement: Statement, files: Fetched) -> Answer:
        database = self.connection.deployment.glue_database
        tables = Tables(
            catalog=catalog_of_glue(database, self._tables),
            files=files.files,
            file_lists=files.file_lists,
            now=self.connection.clock.now(),
        )
        return answer(statement.sql, statement.parameters, tables)

    def _entries(self, asked: Asked) -> Sequence[Entry]:
        """
        The entries whose file lists the query reads: all of them, or none.
        """
        database = self.connection.deployment.glue_database
        names = (ref.name for ref, _ in meant(asked.statement, database, {}))
        read = any(name is not None and name.table == FILES_TABLE for name in names)
        return asked.looked.ledger.entries if read else ()
