"""MiniStack, mended where it is not as AWS: emulator.py, in place of its command `ministack`."""

import emulator_logs
import emulator_queues
from ministack.app import main

if __name__ == "__main__":
    emulator_logs.patch()
    emulator_queues.patch()
    main()
