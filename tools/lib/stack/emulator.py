"""MiniStack, mended where it is not as AWS, and on one more address: emulator.py, in place of its command `ministack`."""

from ministack.app import main

from stack import (
    emulator_addresses,
    emulator_events,
    emulator_keys,
    emulator_logs,
    emulator_notifications,
    emulator_partiql,
    emulator_queues,
    emulator_retries,
    emulator_rules,
    emulator_tables,
)

if __name__ == "__main__":
    emulator_addresses.patch()
    emulator_events.patch()
    emulator_keys.patch()
    emulator_logs.patch()
    emulator_notifications.patch()
    emulator_partiql.patch()
    emulator_queues.patch()
    emulator_retries.patch()
    emulator_rules.patch()
    emulator_tables.patch()
    main()
