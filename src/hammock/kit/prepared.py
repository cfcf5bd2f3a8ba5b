"""Statements of the busy path, compiled once: what the ORM builds anew for every visitor is kept.

Building SQL takes Django several times as long as SQLite takes to run it. `@prepared` keeps the SQL
of a queryset and runs it with new values; `add` and `change` do the same for rows. They are for
what every purchase does; everywhere else the ORM itself is the way. Nothing of `save()` or of a
model's `__init__` runs here, no signal is sent: the database's constraints and triggers hold as
ever.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Field, IntegerField, Model, QuerySet, TextField
from django.db.models.base import ModelState
from django.db.models.query import RelatedPopulator, get_related_populators

from hammock.kit.locks import refuse_outside_transaction
from hammock.kit.sqlite.base import DatabaseWrapper as Sqlite

P = ParamSpec("P")
M = TypeVar("M", bound=Model)

_FIRST_MARK = 31_007  # within the smallest column of whole numbers (32,767)
_FIRST_MOMENT = datetime(1911, 3, 7, 5, 23, 11, 31_007, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class _Select:
    """A compiled SELECT: `places` tells each parameter's name and, in a list, its index."""

    sql: str
    fixed: tuple[Any, ...]
    places: dict[int, tuple[str, int | None]]
    locks: bool
    model: type[Model]
    names: tuple[str, ...]
    start: int
    end: int
    converters: tuple[tuple[int, Any, Any], ...]
    related: tuple[RelatedPopulator, ...]


def prepared(build: Callable[P, QuerySet[M]]) -> Callable[P, list[M]]:
    """Make a function that reads the rows of the queryset which `build` describes.

    `build` takes only keyword arguments, annotated `int`, `str`, `datetime`, or `Sequence` of one
    of those, and must use every one of them as a plain value of a filter. It is called once for
    each database and each length of its lists; prefetches cannot be kept and are refused. An empty
    list that no row can be in gives no rows and asks nothing, as the ORM does. A queryset that
    locks raises `LockOutsideTransaction` outside a transaction.
    """
    annotations = {
        name: str(parameter.annotation)
        for name, parameter in inspect.signature(build).parameters.items()
    }
    kept: dict[tuple[Any, ...], _Select | None] = {}

    @wraps(build)
    def read(*args: P.args, **values: P.kwargs) -> list[M]:
        key = (connection.vendor, *(_length(values[name]) for name in annotations))
        if key not in kept:
            try:
                kept[key] = _compiled(build, annotations, values)
            except EmptyResultSet:
                kept[key] = None
        select = kept[key]
        return _rows(select, values) if select else []

    return read


def add(*rows: Model) -> None:
    """Insert new rows of one model in one statement; keys that the database makes are set."""
    _insert(rows, unless="")


def add_once(row: Model) -> bool:
    """Insert a new row unless one of its unique keys is taken; False, and nothing done, if so."""
    return _insert([row], unless=" ON CONFLICT DO NOTHING") == 1


def change(row: Model, *names: str) -> None:
    """Write these fields of a row that is there."""
    database = _database()
    sql, columns = _update_of(type(row), names, database.vendor)
    _run(database, sql, [*_values(row, columns, database, is_new=False), row.pk])


@dataclass(frozen=True, kw_only=True)
class _Column:
    """A field as it is written: values of just the type `as_is` go to the database untouched."""

    field: Field[Any, Any]
    as_is: type | None


@dataclass(frozen=True, kw_only=True)
class _Insert:
    head: str
    tail: str
    columns: tuple[_Column, ...]


@cache
def _insert_of(model: type[Model], vendor: str) -> _Insert:
    meta, quote = model._meta, connection.ops.quote_name  # noqa: SLF001 - its documented API
    key = meta.pk
    makes_key = meta.auto_field is not None
    fields = tuple(field for field in meta.concrete_fields if not (makes_key and field is key))
    columns = ", ".join(quote(_column(field)) for field in fields)
    return _Insert(
        head=f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES",
        tail=f" RETURNING {quote(_column(key))}" if makes_key else "",
        columns=_written(fields, vendor),
    )


@cache
def _update_of(
    model: type[Model], names: tuple[str, ...], vendor: str
) -> tuple[str, tuple[_Column, ...]]:
    meta, quote = model._meta, connection.ops.quote_name  # noqa: SLF001 - its documented API
    by_name = {field.name: field for field in meta.concrete_fields}
    fields = tuple(by_name[name] for name in names)
    places = ", ".join(f"{quote(_column(field))} = %s" for field in fields)
    where = f"{quote(_column(meta.pk))} = %s"
    sql = f"UPDATE {quote(meta.db_table)} SET {places} WHERE {where}"  # noqa: S608 - names of columns
    return sql, _written(fields, vendor)


def _written(fields: Iterable[Field[Any, Any]], vendor: str) -> tuple[_Column, ...]:
    return tuple(_Column(field=field, as_is=_as_is(field, vendor)) for field in fields)


def _as_is(field: Field[Any, Any], vendor: str) -> type | None:
    """Tell which values a field would hand on as they are, asked thousands of times a second."""
    kind = type(field)
    if kind.get_db_prep_save is not Field.get_db_prep_save:
        return None
    if kind.get_prep_value in {CharField.get_prep_value, TextField.get_prep_value}:
        return str if kind.get_db_prep_value is Field.get_db_prep_value else None
    # PostgreSQL's driver is told how wide a number is.
    is_number = kind.get_prep_value is IntegerField.get_prep_value and vendor == "sqlite"
    return int if is_number else None


def _column(field: Field[Any, Any]) -> str:
    if field.column is None:
        raise TypeError(f"{field} stands in no column")
    return field.column


def _insert(rows: Sequence[Model], *, unless: str) -> int:
    database = _database()
    insert = _insert_of(type(rows[0]), database.vendor)
    places = ", ".join([f"({', '.join(['%s'] * len(insert.columns))})"] * len(rows))
    values = [
        value for row in rows for value in _values(row, insert.columns, database, is_new=True)
    ]
    ran = _run(database, f"{insert.head} {places}{unless}{insert.tail}", values)
    keys = [key for (key,) in ran.fetchall()] if insert.tail else []
    written = len(keys) if insert.tail else ran.rowcount
    for row, key in zip(rows, keys, strict=False):
        row.pk = key
    for row in rows[:written]:
        row._state.adding, row._state.db = False, database.alias  # noqa: SLF001 - as save() does
    return written


def _values(
    row: Model, columns: Iterable[_Column], database: BaseDatabaseWrapper, *, is_new: bool
) -> list[Any]:
    return [
        value
        if type(value := column.field.pre_save(row, is_new)) is column.as_is
        else column.field.get_db_prep_save(value, connection=database)
        for column in columns
    ]


def _database() -> BaseDatabaseWrapper:
    """Find what `connection` stands for in this thread: it looks that up for every attribute."""
    return connections[DEFAULT_DB_ALIAS]


def _run(database: BaseDatabaseWrapper, sql: str, parameters: Sequence[Any]) -> Any:
    """Run a statement; gives the cursor, with its rows still to be fetched."""
    if isinstance(database, Sqlite) and not database.is_watched:
        return database.run(_in_sqlites_marks(sql), parameters)
    cursor = database.cursor()
    cursor.execute(sql, parameters)
    return cursor


@cache
def _in_sqlites_marks(sql: str) -> str:
    """Write `?` for `%s`, as Django does anew for every statement."""
    return sql % (("?",) * sql.count("%s"))


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, list | tuple) else None


def _compiled(
    build: Callable[..., QuerySet[Any]], annotations: dict[str, str], values: dict[str, Any]
) -> _Select:
    stands_for: dict[Any, tuple[str, int | None]] = {}
    marks: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list | tuple):
            first = len(stands_for)
            marks[name] = [_mark(first + at, annotations[name]) for at in range(len(value))]
            stands_for |= {_parameter(mark): (name, at) for at, mark in enumerate(marks[name])}
        else:
            marks[name] = _mark(len(stands_for), annotations[name])
            stands_for[_parameter(marks[name])] = (name, None)
    rows = build(**marks)
    if rows._prefetch_related_lookups:  # type: ignore[attr-defined]  # noqa: SLF001 - no other way
        raise TypeError(f"{build.__name__}: a prefetch is a statement of its own")
    compiler = rows.query.get_compiler(using=connection.alias)
    sql, parameters = compiler.as_sql()
    places = {at: stands_for[one] for at, one in enumerate(parameters) if one in stands_for}
    if set(places.values()) != set(stands_for.values()):
        raise TypeError(f"{build.__name__}: an argument is no plain value of a filter")
    info = compiler.klass_info
    fields = info["select_fields"]
    start, end = fields[0], fields[-1] + 1
    found = compiler.get_converters([column[0] for column in compiler.select])
    related = tuple(get_related_populators(info, compiler.select, connection.alias))  # type: ignore[call-arg]  # the stubs are Django 6's
    _refuse_own_ways(build.__name__, info["model"], related)
    return _Select(
        sql=sql,
        fixed=tuple(parameters),
        places=places,
        locks=rows.query.select_for_update,
        model=info["model"],
        names=tuple(column[0].target.attname for column in compiler.select[start:end]),
        start=start,
        end=end,
        converters=tuple((at, tuple(made), column) for at, (made, column) in found.items()),
        related=related,
    )


def _refuse_own_ways(name: str, model: type[Model], related: Iterable[RelatedPopulator]) -> None:
    """Refuse models that are made in a way of their own; see `_instance`."""
    if model.__init__ is not Model.__init__ or model.from_db.__func__ is not Model.from_db.__func__:  # type: ignore[attr-defined]
        raise TypeError(f"{name}: {model.__name__} has its own way to be made")
    for one in related:
        if one.reorder_for_init:
            raise TypeError(f"{name}: {one.model_cls.__name__} is spread over two tables")
        _refuse_own_ways(name, one.model_cls, one.related_populators)


def _mark(number: int, annotation: str) -> Any:
    """Make a value that nothing else in the statement is equal to, and every column can hold."""
    if "datetime" in annotation:
        return _FIRST_MOMENT + timedelta(seconds=number)
    return _FIRST_MARK + number if "int" in annotation else f"\x01prepared {number}\x01"


def _parameter(value: Any) -> Any:
    """Give a value as this database takes it in a statement."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _rows(select: _Select, values: dict[str, Any]) -> list[Any]:
    if select.locks:
        refuse_outside_transaction()
    parameters = list(select.fixed)
    for at, (name, index) in select.places.items():
        parameters[at] = _parameter(values[name] if index is None else values[name][index])
    database = _database()
    found = _run(database, select.sql, parameters).fetchall()
    return [_made(select, list(row), database) for row in found]


def _made(select: _Select, row: list[Any], database: BaseDatabaseWrapper) -> Model:
    for at, converters, column in select.converters:
        for convert in converters:
            row[at] = convert(row[at], column, database)
    made = _instance(select.model, select.names, row[select.start : select.end], database)
    for related in select.related:
        _join(related, row, made, database)
    return made


def _instance(
    model: type[Model], names: Iterable[str], values: Sequence[Any], database: BaseDatabaseWrapper
) -> Model:
    """Make a row's object as unpickling does, without `__init__`, which takes longer than all else.

    Nobody listens to what it signals.
    """
    made = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, database.alias
    made.__dict__.update(zip(names, values, strict=True), _state=state)
    return made


def _join(
    related: RelatedPopulator, row: list[Any], made: Model, database: BaseDatabaseWrapper
) -> None:
    """Make the object that was read with another; does what `RelatedPopulator.populate` does."""
    values = row[related.cols_start : related.cols_end]
    if values[related.pk_idx] is None:
        related.local_setter(made, None)
        return
    joined = _instance(related.model_cls, related.init_list, values, database)
    for further in related.related_populators:
        _join(further, row, joined, database)
    related.local_setter(made, joined)
    related.remote_setter(joined, made)
