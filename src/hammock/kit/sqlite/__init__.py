"""SQLite as a shop needs it: writers wait in line, and commits share the disk's time.

Django's own SQLite backend, with two things added (docs/decisions/0005-one-pen.md):

- One pen. Whoever opens a write transaction first takes the pen: a lock in this process and one on
  a file beside the database. Waiting for it is fair and wakes at once, where SQLite's busy handler
  sleeps and lets newcomers pass.
- Group commit. Transactions commit without forcing the disk (`synchronous=NORMAL`), and `commit`
  returns only when a later force of the write-ahead log has come through. Commits that arrive
  meanwhile share the next one, and those of one request share one. What was told to anybody
  outside is on the disk, as with FULL.
"""
