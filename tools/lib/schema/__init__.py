"""What descriptors are here and to frictionless-py, the reference implementation of the standard."""
