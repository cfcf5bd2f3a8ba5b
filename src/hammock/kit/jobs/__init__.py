"""Background jobs: queued in the transaction that made them necessary, run once or again.

The whole interface of this package to the rest of the house:

- `@job(...)` makes a module-level function (keyword arguments only, JSON values) a task under its
  dotted-free name, such as `deliver_order`;
- `enqueue("deliver_order", order_id=7)` queues it by that name, in the caller's transaction;
- `@every(...)` puts a task on the timetable.

`backend` speaks Django's tasks API over these tables, `worker` runs them.
"""
