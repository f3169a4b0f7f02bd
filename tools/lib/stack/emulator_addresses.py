"""Makes the emulator also listen on the address ALSO_BIND of this machine.

MiniStack listens on one address or on all. The tools call it on loopback, which containers do not reach.
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

    # MiniStack's main calls this function.
    hypercorn.asyncio.serve = serve_on_both
