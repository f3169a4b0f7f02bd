"""Prints COUNT ports of loopback that nobody listens on: free_ports.py [COUNT].

None is of those that the kernel gives to connections, so that they are still free when they are used, minutes later.
"""

import random
import socket
import sys

# Linux begins at 32768 with those, other systems later.
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
