"""MiniStack, mended where it is not as AWS: emulator.py, in place of its command `ministack`."""

from ministack.app import main

from stack import emulator_events, emulator_logs, emulator_partiql, emulator_queues

if __name__ == "__main__":
    emulator_events.patch()
    emulator_logs.patch()
    emulator_partiql.patch()
    emulator_queues.patch()
    main()
