"""The embedded stack: the emulator, what a deployment needs beside SAM, the demo, and the tests of a stack's life."""
