"""Prints COUNT ports of loopback on which nothing listens: free_ports.py [COUNT]

They are outside the range that the kernel assigns to connections, so they are still free minutes later.
"""

import random
import socket
import sys

# That range begins at 32768 on Linux, and later on other systems.
PORTS = range(15_000, 32_768)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    free = filter(is_free, random.sample(PORTS, len(PORTS)))
    print(*(next(free) for _ in range(count)))


if __name__ == "__main__":
    main()
