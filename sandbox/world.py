"""What exists on the simulated clouds, in one SQLite file that all stacks and processes share."""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LIVE = "live"
TOMBSTONE = "tombstone"

_TABLES = """
CREATE TABLE IF NOT EXISTS resources (
  type TEXT NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL, urn TEXT NOT NULL, id TEXT NOT NULL,
  cloud TEXT NOT NULL, inputs TEXT NOT NULL, outputs TEXT NOT NULL, state TEXT NOT NULL, needs TEXT NOT NULL,
  PRIMARY KEY (type, scope, key, urn));
CREATE TABLE IF NOT EXISTS taken (type TEXT, scope TEXT, name TEXT, PRIMARY KEY (type, scope, name));
CREATE TABLE IF NOT EXISTS meta (key TEXT, value TEXT, PRIMARY KEY (key, value));
CREATE TABLE IF NOT EXISTS faults (fault TEXT PRIMARY KEY, used INTEGER NOT NULL);
"""

# Identifiers of nobody, made up.
_META = {
    "account": "111111111111",
    "subscription": "00000000-0000-4000-8000-000000000001",
    "tenant": "00000000-0000-4000-8000-00000000000a",
    "project": "example-models-dev",
    "project_number": "123456789012",
}

# Names that somebody else in the world took first.
_TAKEN = (
    ("azure-native:containerregistry:Registry", "global", "registry"),
    ("azure-native:containerregistry:Registry", "global", "modelport"),
    ("azure-native:containerregistry:Registry", "global", "models"),
    ("azure-native:storage:StorageAccount", "global", "modelport"),
    ("azure-native:storage:StorageAccount", "global", "models"),
    ("azure-native:keyvault:Vault", "global", "modelport"),
    ("azure-native:keyvault:Vault", "global", "models"),
    ("aws:s3/bucket:Bucket", "global", "modelport"),
    ("aws:s3/bucket:Bucket", "global", "models"),
)


class Exists(Exception):
    """An object with this type, scope and id is there already."""


@dataclass(frozen=True)
class Resource:
    """One object of a cloud; `needs` are the URNs of what its creation needed."""

    urn: str
    type: str
    id: str
    cloud: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    state: str = LIVE
    needs: list[str] = field(default_factory=list)
    scope: str = ""

    @property
    def stack(self) -> str:
        """Name of the stack that made it; empty when none did."""
        return stack_of(self.urn)

    @property
    def properties(self) -> dict[str, Any]:
        """What was asked for, over what the cloud computed."""
        return {**self.outputs, **self.inputs}


def stack_of(urn: str) -> str:
    """Stack in a URN (`urn:pulumi:STACK::PROJECT::TYPE::NAME`)."""
    return urn.removeprefix("urn:pulumi:").partition("::")[0]


class World:
    """The clouds' side of the truth. Every method is one transaction, safe among threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._kept = threading.local()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not self._db.execute("PRAGMA user_version").fetchone()[0]:
            self._found()

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one write transaction: many processes look and then write."""
        (db := self._db).execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            db.rollback()
            raise

    @property
    def _db(self) -> sqlite3.Connection:
        """This thread's connection, which waits for other processes; kept, as opening one takes longest."""
        if not hasattr(self._kept, "db"):
            self._kept.db = db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            db.execute("PRAGMA synchronous=OFF")  # A killed process loses nothing, only a power cut would.
            db.row_factory = sqlite3.Row
        found: sqlite3.Connection = self._kept.db
        return found

    def close(self) -> None:
        """Close this thread's connection; those of other threads end with them."""
        if hasattr(self._kept, "db"):
            self._kept.db.close()
            del self._kept.db

    __del__ = close  # A connection refers to itself: it would stay open until somebody collects garbage.

    def _found(self) -> None:
        """Make the tables; several processes may do so at once."""
        with self._open() as db:
            for statement in filter(str.strip, _TABLES.split(";")):
                db.execute(statement)
            db.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", _META.items())
            db.executemany("INSERT OR IGNORE INTO taken VALUES (?, ?, ?)", _TAKEN)
            db.execute("PRAGMA user_version = 1")
        # Readers beside a writer. Another process at work refuses the switch, and then makes it.
        with contextlib.suppress(sqlite3.OperationalError):
            self._db.execute("PRAGMA journal_mode=WAL")

    def meta(self, key: str) -> str:
        """The deployer's own `account`, `subscription`, `tenant`, `project` or `project_number`."""
        return (self.known(f"own {key}") or self.known(key))[0]

    def known(self, key: str) -> list[str]:
        """All values of a key: the accounts, subscriptions or projects that exist."""
        query = "SELECT value FROM meta WHERE key = ? ORDER BY rowid"
        return [row[0] for row in self._db.execute(query, (key,))]

    def know(self, **values: str) -> None:
        """Let a further account, subscription, tenant or project exist."""
        with self._open() as db:
            db.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", values.items())

    def own(self, **values: str) -> None:
        """Let the deployer be logged in to this account, subscription, tenant or project from now on."""
        self.know(**values)
        with self._open() as db:
            db.executemany("DELETE FROM meta WHERE key = ?", [(f"own {key}",) for key in values])
            db.executemany("INSERT INTO meta VALUES (?, ?)", [(f"own {k}", v) for k, v in values.items()])

    def copied(self, image: str, urn: str) -> None:
        """Remember which command of a program brought an image (`repository@sha256:…`) to where it is."""
        with self._open() as db:
            db.execute("DELETE FROM meta WHERE key = ?", (f"copied {image}",))
            db.execute("INSERT INTO meta VALUES (?, ?)", (f"copied {image}", urn))

    def copier(self, image: str) -> str | None:
        """The URN of the command that brought an image; None when nobody of this world did."""
        return next(iter(self.known(f"copied {image}")), None)

    def take(self, type_: str, name: str, scope: str = "global") -> None:
        """Seed a name that somebody else holds."""
        with self._open() as db:
            db.execute("INSERT OR IGNORE INTO taken VALUES (?, ?, ?)", (type_, scope, name.lower()))

    def taken(self, type_: str, name: str, scope: str = "global") -> bool:
        """Tell whether somebody else holds the name (without regard to case)."""
        query = "SELECT 1 FROM taken WHERE type = ? AND scope = ? AND name = ?"
        return self._db.execute(query, (type_, scope, name.lower())).fetchone() is not None

    def add(self, resource: Resource, *, upsert: bool = False) -> None:
        """Record what was made; raises `Exists` when it is there already, unless creation takes it over.

        What a tombstone holds is taken, too: only `upsert` ends the tombstone.
        """
        where = (resource.type, resource.scope, _key(resource))
        with self._open() as db:
            if upsert:
                db.execute(
                    "DELETE FROM resources WHERE type = ? AND scope = ? AND key = ? AND state = 'tombstone'",
                    where,
                )
            elif db.execute(
                "SELECT 1 FROM resources WHERE type = ? AND scope = ? AND key = ?", where
            ).fetchone():
                raise Exists(f"{resource.type} {resource.id}")
            db.execute("INSERT OR REPLACE INTO resources VALUES (?,?,?,?,?,?,?,?,?,?)", _row(resource))

    def all(self, type_: str | None = None, state: str | None = LIVE) -> list[Resource]:
        """Objects in the order they were made, of one type and state when given."""
        where = "(?1 IS NULL OR type = ?1) AND (?2 IS NULL OR state = ?2)"
        query = f"SELECT * FROM resources WHERE {where} ORDER BY rowid"
        return [_resource(row) for row in self._db.execute(query, (type_, state))]

    def get(self, type_: str, id_: str, scope: str | None = None, urn: str = "") -> Resource | None:
        """The live object with this type and id; of several, the one of this URN, or else the newest."""
        found = [each for each in self.all(type_) if _same_id(each, id_) and scope in (None, each.scope)]
        own = [each for each in found if each.urn == urn]
        return (own or found)[-1] if found else None

    def find(self, type_: str, /, **properties: Any) -> Resource | None:
        """A live object with these properties, among what was asked for and what was computed."""
        wanted = properties.items()
        return next((each for each in self.all(type_) if wanted <= each.properties.items()), None)

    def update(
        self,
        type_: str,
        id_: str,
        *,
        inputs: Mapping[str, Any] | None = None,
        outputs: Mapping[str, Any] | None = None,
        needs: Iterable[str] | None = None,
        scope: str | None = None,
        urn: str | None = None,
    ) -> None:
        """Change a live object; what is None stays."""
        values = {"inputs": inputs, "outputs": outputs, "needs": None if needs is None else list(needs)}
        changed = {name: json.dumps(value) for name, value in values.items() if value is not None}
        columns = ", ".join(f"{name} = ?" for name in changed)
        if changed:
            self._change(f"UPDATE resources SET {columns}", list(changed.values()), type_, id_, scope, urn)

    def remove(self, type_: str, id_: str, *, scope: str | None = None, urn: str | None = None) -> None:
        """Let an object be gone; `urn` narrows it to one stack's claim on a shared object."""
        self._change("DELETE FROM resources", [], type_, id_, scope, urn)

    def tombstone(self, type_: str, id_: str, *, scope: str | None = None, urn: str | None = None) -> None:
        """Delete an object that goes on holding its name or stays switched on."""
        self._change("UPDATE resources SET state = 'tombstone'", [], type_, id_, scope, urn)

    def _change(
        self, statement: str, values: list[Any], type_: str, id_: str, scope: str | None, urn: str | None
    ) -> None:
        where = (
            "type = ? AND key = ? AND (? IS NULL OR scope = ?) AND (? IS NULL OR urn = ?) AND state = 'live'"
        )
        with self._open() as db:
            db.execute(
                f"{statement} WHERE {where}", (*values, type_, _fold(type_, id_), scope, scope, urn, urn)
            )

    def live(self, stack: str | None = None) -> list[Resource]:
        """What exists, of one stack (`dev`, or `dev::project` for that project's only) when given."""
        return [each for each in self.all() if _is_of(each, stack)]

    def tombstones(self, stack: str | None = None) -> list[Resource]:
        """What is deleted and still holds its name or stays switched on."""
        return [each for each in self.all(state=TOMBSTONE) if _is_of(each, stack)]

    def needs(self, stack: str | None = None) -> dict[str, list[str]]:
        """Needs that were met, as URN → URNs."""
        return {each.urn: each.needs for each in self.live(stack)}

    def struck(self) -> int:
        """How often faults have struck so far."""
        return int(self._db.execute("SELECT COALESCE(SUM(used), 0) FROM faults").fetchone()[0])

    def use_fault(self, fault: str, times: int) -> bool:
        """Count one use of a fault; tells whether it was still to happen."""
        with self._open() as db:
            row = db.execute("SELECT used FROM faults WHERE fault = ?", (fault,)).fetchone()
            if row and row[0] >= times:
                return False
            db.execute("INSERT INTO faults VALUES (?, 1) ON CONFLICT DO UPDATE SET used = used + 1", (fault,))
            return True


def _is_of(resource: Resource, stack: str | None) -> bool:
    return stack is None or f"{resource.urn}::".startswith(f"urn:pulumi:{stack}::")


def _fold(type_: str, id_: str) -> str:
    """Azure compares ids without regard to case."""
    return id_.lower() if type_.startswith("azure-native:") else id_


def _key(resource: Resource) -> str:
    return _fold(resource.type, resource.id)


def _same_id(resource: Resource, id_: str) -> bool:
    return _key(resource) == _fold(resource.type, id_)


def _row(resource: Resource) -> tuple[str, ...]:
    return (
        resource.type, resource.scope, _key(resource), resource.urn, resource.id, resource.cloud,
        json.dumps(resource.inputs), json.dumps(resource.outputs), resource.state, json.dumps(resource.needs),
    )  # fmt: skip


def _resource(row: sqlite3.Row) -> Resource:
    texts = {name: row[name] for name in ("urn", "type", "id", "cloud", "state", "scope")}
    return Resource(**texts, **{name: json.loads(row[name]) for name in ("inputs", "outputs", "needs")})
