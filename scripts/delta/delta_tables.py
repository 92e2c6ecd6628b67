"""The Delta tables pin, geo and user of a folder: rows in, once or as they come, and rows out in their order.

A row counts once by its ind, and the first one counts, as in query. So merging is: leave out the rows whose ind is
there already, append the others. delta-rs has a MERGE of its own, which joins with the whole table, in memory and
time that grow with it; this reads the column ind of those files only whose range of inds it meets.

Each commit carries a transaction id of Delta (txn: application, version). Two merges at a time that both append the
same ind are a conflict by it: the later one looks at the table again. And with a name for the input, its version is
how many rows of that input are in the table, in the same commit as the rows: a run that was killed, and is repeated,
goes on behind them.

A table to which rows are appended unmerged may have an ind twice, and files have no order that SQL could ask for. So it
gets a column more, `arrival`: the number of a row among the appended ones. What was merged has none, and was there before
what has its ind.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from clean_records import SCHEMAS
from deltalake import CommitProperties, DeltaTable, Schema, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError

MERGE_ID = "pinpipe-merge"
APPEND_ID = "pinpipe-append"  # its version is the number of rows that were appended
ARRIVAL = pa.field("arrival", pa.int64())
TRIES = 20
WRITER = WriterProperties(compression="ZSTD", max_row_group_size=50_000)  # what a reader must hold at once


def table_url(root: str, dataset: str) -> str:
    return f"{root.rstrip('/')}/{dataset}"


def first_of_each_ind(rows: pa.Table) -> pa.Table:
    numbered = pa.table({"ind": rows["ind"], "at": pa.array(range(len(rows)))})
    firsts = numbered.group_by("ind").aggregate([("at", "min")])["at_min"]
    return rows if len(firsts) == len(rows) else rows.take(firsts.take(pc.array_sort_indices(firsts)))


class Sink:
    """One table that takes rows, `commit_rows` a commit."""

    def __init__(self, root: str, dataset: str, merge: bool, batch: str | None, commit_rows: int) -> None:
        self.dataset, self.merge, self.commit_rows = dataset, merge, commit_rows
        schema = SCHEMAS[dataset] if merge else SCHEMAS[dataset].append(ARRIVAL)
        self.table = DeltaTable.create(table_url(root, dataset), schema, mode="ignore")
        check_columns(self.table, dataset)
        if not merge and ARRIVAL.name not in names_of(self.table):
            self.table.alter.add_columns(Schema.from_arrow(pa.schema([ARRIVAL])).fields)
        self.batch_id = f"pinpipe-batch {batch}" if batch else None
        self.to_skip = self.done = (self.table.transaction_version(self.batch_id) or 0) if self.batch_id else 0
        self.waiting: list[pa.RecordBatch] = []
        self.inserted = self.duplicates = self.skipped = 0

    def add(self, rows: pa.RecordBatch) -> None:
        skipped = min(self.to_skip, len(rows))
        self.to_skip, self.skipped = self.to_skip - skipped, self.skipped + skipped
        if skipped < len(rows):
            self.waiting.append(rows.slice(skipped))
        if sum(map(len, self.waiting)) >= self.commit_rows:
            self.commit()

    def commit(self) -> None:
        """Errors: DeltaError, OSError; then nothing of these rows is in the table."""
        if not self.waiting:
            return
        rows, self.waiting = pa.Table.from_batches(self.waiting), []
        self.done += len(rows)
        inserted = self.insert(rows)
        self.inserted, self.duplicates = self.inserted + inserted, self.duplicates + len(rows) - inserted

    def insert(self, rows: pa.Table) -> int:
        for tried in range(1, TRIES + 1):
            fresh = self.numbered(self.not_yet_there(first_of_each_ind(rows)) if self.merge else rows)
            if not len(fresh):
                return 0
            try:
                # In one chunk: of several, delta-rs writes whichever comes first, and the order would be lost.
                write_deltalake(self.table, fresh.combine_chunks(), mode="append", commit_properties=self.properties(len(fresh)),
                                writer_properties=WRITER)
                return len(fresh)
            except CommitFailedError:
                if tried == TRIES:
                    raise
                self.table.update_incremental()
        raise AssertionError("the last try returns or raises")

    def properties(self, rows: int) -> CommitProperties:
        transactions = [Transaction(MERGE_ID, self.table.version() + 1) if self.merge
                        else Transaction(APPEND_ID, self.appended + rows)]
        if self.batch_id:
            transactions.append(Transaction(self.batch_id, self.done))
        return CommitProperties(app_transactions=transactions)

    @property
    def appended(self) -> int:
        return self.table.transaction_version(APPEND_ID) or 0

    def numbered(self, rows: pa.Table) -> pa.Table:
        """With the column `arrival`, where the table has one."""
        if ARRIVAL.name not in names_of(self.table):
            return rows
        numbers = [None] * len(rows) if self.merge else range(self.appended, self.appended + len(rows))
        return rows.append_column(ARRIVAL, pa.array(numbers, ARRIVAL.type))

    def not_yet_there(self, rows: pa.Table) -> pa.Table:
        inds, ind = pc.unique(rows["ind"]), pc.field("ind")
        least, most = pc.min_max(inds).values()
        near = (ind >= least) & (ind <= most)
        there = self.table.to_pyarrow_dataset().to_table(columns=["ind"], filter=near & ind.isin(inds))["ind"]
        return rows.filter(pc.invert(pc.is_in(rows["ind"], there))) if len(there) else rows


def names_of(table: DeltaTable) -> list[str]:
    return [field.name for field in table.schema().fields]


def check_columns(table: DeltaTable, dataset: str) -> None:
    """Errors: ValueError for a table that others have made of other columns."""
    names = names_of(table)
    if [name for name in names if name != ARRIVAL.name] != SCHEMAS[dataset].names:
        raise ValueError(f"table {dataset} has the columns {', '.join(names)}")


def rows_in_order(table: DeltaTable) -> Iterator[pa.RecordBatch]:
    """All rows, file by file in the order that these were added."""
    added = pa.table(table.get_add_actions(flatten=True)).to_pydict()
    place = {path: (time, path) for path, time in zip(added["path"], added["modification_time"])}
    fragments = sorted(table.to_pyarrow_dataset().get_fragments(), key=lambda file: place[file.path])
    for fragment in fragments:  # not its own to_batches, which reads far ahead
        with pq.ParquetFile(fragment.open(), pre_buffer=False, buffer_size=1 << 20) as file:
            yield from file.iter_batches(batch_size=10_000)
