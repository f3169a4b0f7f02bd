"""The embedded stack: the emulator, helpers of a deployment, the demo, and the tests of a stack's lifecycle."""
