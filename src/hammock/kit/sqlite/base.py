"""The database backend: Django's for SQLite, with the pen and the shared force of the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from django.db.backends.sqlite3 import base

from hammock.kit.sqlite.log import committed
from hammock.kit.sqlite.pen import pen_of


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose write transactions wait in line and commit in groups."""

    _holds_pen = False

    def run(self, sql: str, parameters: Sequence[Any]) -> sqlite3.Cursor:
        """Run a statement whose marks are SQLite's own (`?`), without the layers of a cursor.

        Nobody who watches statements sees it: ask `is_watched` before.
        """
        self.ensure_connection()
        self.validate_no_broken_transaction()
        with self.wrap_database_errors:
            ran: sqlite3.Cursor = self.connection.execute(sql, parameters)
        return ran

    @property
    def is_watched(self) -> bool:
        """Whether somebody wants to see each statement: a test, a count, a log."""
        return bool(self.execute_wrappers or self.queries_logged)

    def _start_transaction_under_autocommit(self) -> None:
        if not self._is_file:
            super()._start_transaction_under_autocommit()
            return
        pen_of(self._file_name).take()
        self._holds_pen = True
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._give_pen()
            raise
        self._before = self.connection.total_changes

    def _commit(self) -> Any:
        if not self._holds_pen:
            return super()._commit()
        has_written = self.connection.total_changes != self._before
        try:
            answer = super()._commit()
        finally:
            self._give_pen()
        if has_written:
            committed(self._file_name)
        return answer

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self._give_pen()

    def _close(self) -> Any:
        try:
            return super()._close()
        finally:
            self._give_pen()

    def _give_pen(self) -> None:
        if self._holds_pen:
            self._holds_pen = False
            pen_of(self._file_name).give()

    @property
    def _file_name(self) -> str:
        return str(self.settings_dict["NAME"])

    @property
    def _is_file(self) -> bool:
        return self._file_name.startswith("/")
