"""One driver for one Neo4j address: opened when first needed, its failures told in our words.

The only module that imports `neo4j`. No message of ours holds a password.
"""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from domain.errors import NotInstalled, StoreError

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Session

T = TypeVar("T")
Row = Mapping[str, Any]

#: Neo4j Community has one database for data.
DATABASE = "neo4j"
OLDEST = 5
#: Addresses that the driver understands; `+s` and `+ssc` are encrypted.
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_CONNECT_S = 5.0
_FETCH = 5_000


class Connection:
    """Managed transactions on one server; the driver repeats what failed in passing."""

    def __init__(self, url: str, user: str, password: str | None, *, retry_s: float = 15.0) -> None:
        self.url = url
        self._user = user
        self._password = password
        self._retry_s = retry_s
        self._open: tuple[int, Driver] | None = None
        self._defined: set[str] = set()

    def __repr__(self) -> str:
        return f"Connection({self.url!r}, {self._user!r})"

    def read(self, query: str, **parameters: object) -> list[Row]:
        """The rows of one query, in a read transaction. Raises StoreError."""
        with self.reading() as reader:
            return reader.rows(query, **parameters)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one write transaction; it may be run again. Raises StoreError."""
        with self._session() as session:
            return session.execute_write(lambda tx: work(Transaction(tx)))

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One session: what is read later is never older than what was read before."""
        with self._session() as session:
            yield Reader(session)

    def define(self, *statements: str) -> None:
        """Constraints and indexes, each in a transaction of its own and once for the life of
        the connection. Raises StoreError."""
        with self._session() as session:
            for statement in statements:
                if statement not in self._defined:
                    session.run(statement).consume()
                    self._defined.add(statement)

    def close(self) -> None:
        """Close the driver; the next use opens another."""
        if self._open is not None:
            _close(*self._open)
            self._open = None

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with _told(self.url, self._user, lost=self._open is not None):
            driver = self._driver()
            with driver.session(database=DATABASE, fetch_size=_FETCH) as session:
                yield session

    def _driver(self) -> Driver:
        # A driver's sockets cannot be shared with a forked process, which opens its own.
        if self._open is None or self._open[0] != os.getpid():
            driver = _driver(
                self.url, self._user, self._password, max_transaction_retry_time=self._retry_s
            )
            try:
                driver.verify_connectivity()
                check_version(self.url, driver.get_server_info().agent)
            except BaseException:
                driver.close()
                raise
            self._open = (os.getpid(), driver)
            weakref.finalize(self, _close, *self._open)
        return self._open[1]


class Reader:
    """Read transactions of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(self, query: str, **parameters: object) -> list[Row]:
        """All rows of a query."""
        return self.take(query, lambda row: row, **parameters)

    def take(self, query: str, make: Callable[[Row], T], **parameters: object) -> list[T]:
        """What `make` makes of each row: rows are not kept, only what they become."""
        return self._session.execute_read(
            lambda tx: [make(record) for record in tx.run(query, parameters)]
        )

    def bookmark(self) -> str:
        """Names the state of the database: another one whenever a transaction was committed."""
        self._session.execute_read(lambda tx: tx.run("RETURN 1").consume())
        return " ".join(sorted(self._session.last_bookmarks().raw_values))


class Transaction:
    """A write transaction under way."""

    def __init__(self, tx: ManagedTransaction) -> None:
        self._tx = tx

    def rows(self, query: str, **parameters: object) -> list[Row]:
        """Run a query and return all its rows."""
        return list(self._tx.run(query, parameters))


def check_version(url: str, agent: str) -> None:
    """Refuse a server that is no Neo4j or an old one. `agent` is as in `Neo4j/5.26.12`."""
    product, _, version = agent.partition("/")
    major = version.partition(".")[0]
    if product != "Neo4j" or not major.isdigit() or int(major) < OLDEST:
        raise StoreError(
            f"{url} is {agent or 'an unknown server'}, which is not supported.",
            mend=f"Use Neo4j {OLDEST} or later; 5.26 is the one that is tested.",
        )


def await_server(url: str, user: str, password: str, seconds: float) -> bool:
    """Wait until the server answers; then whether it takes this user and password.

    A server's first password is `neo4j` and good for nothing but being changed: it is changed
    to `password`. Raises StoreError where nothing answers in time.
    """
    from neo4j import exceptions

    until = time.monotonic() + seconds
    with _told(url, user, lost=False):
        while True:
            try:
                return _login(url, user, password) or _first_login(url, user, password)
            except (exceptions.ServiceUnavailable, exceptions.TransientError):
                if time.monotonic() > until:
                    raise
            time.sleep(0.25)


def _login(url: str, user: str, password: str) -> bool:
    from neo4j import exceptions

    with _driver(url, user, password) as driver:
        try:
            driver.verify_connectivity()
        except exceptions.AuthError:
            return False
    return True


def _first_login(url: str, user: str, password: str) -> bool:
    from neo4j import exceptions

    change = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"
    with _driver(url, user, "neo4j", max_transaction_retry_time=0) as driver:
        try:
            driver.execute_query(change, {"old": "neo4j", "new": password}, database_="system")
        except exceptions.AuthError:
            return False
    return True


def _driver(url: str, user: str, password: str | None, **config: Any) -> Driver:
    try:
        from neo4j import GraphDatabase
    except ImportError:
        raise NotInstalled("The Neo4j driver", "neo4j") from None
    return GraphDatabase.driver(
        url,
        auth=None if password is None else (user, password),
        connection_timeout=_CONNECT_S,
        user_agent="differentia",
        notifications_min_severity="OFF",
        **config,
    )


def _close(process: int, driver: Driver) -> None:
    if process == os.getpid():
        driver.close()


@contextmanager
def _told(url: str, user: str, *, lost: bool) -> Iterator[None]:
    """The driver's errors as StoreError, naming the address and never the password."""
    try:
        from neo4j import exceptions
    except ImportError:
        raise NotInstalled("The Neo4j driver", "neo4j") from None
    try:
        yield
    except (exceptions.ServiceUnavailable, exceptions.SessionExpired) as error:
        raise _unavailable(url, lost=lost) from error
    except exceptions.Neo4jError as error:
        if (error.code or "").startswith("Neo.ClientError.Security."):
            raise StoreError(
                f"Neo4j at {url} refused user {user!r} with the password it was given"
                f" ({(error.code or '').rpartition('.')[2]}).",
                mend="Set DIFFERENTIA_NEO4J_USER and DIFFERENTIA_NEO4J_PASSWORD.",
            ) from None
        raise StoreError(
            f"Neo4j at {url} did not do what it was asked: {error.code}: {error.message}"
        ) from error
    except exceptions.DriverError as error:
        raise StoreError(f"Neo4j at {url} cannot be used: {error}") from error


def _unavailable(url: str, *, lost: bool) -> StoreError:
    what = "was lost" if lost else "does not answer"
    return StoreError(
        f"Neo4j at {url} {what}.",
        mend="`differentia neo4j start` starts one here; DIFFERENTIA_STORE names the address.",
    )
