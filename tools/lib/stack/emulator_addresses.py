"""Has the emulator listen on ALSO_BIND, an address of this machine, beside the one that it listens on.

MiniStack listens on one address or on all. Tools call it on loopback, which containers do not reach.
"""

import os

import hypercorn.asyncio


def patch() -> None:
    address, port = os.environ.get("ALSO_BIND"), os.environ["GATEWAY_PORT"]
    if not address:
        return
    serve = hypercorn.asyncio.serve

    async def serve_on_both(app, config, **options) -> None:
        config.bind = [*config.bind, f"{address}:{port}"]
        await serve(app, config, **options)

    # MiniStack's main takes it from there.
    hypercorn.asyncio.serve = serve_on_both
