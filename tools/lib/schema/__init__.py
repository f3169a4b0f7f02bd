"""Compares how this product and frictionless-py, the reference implementation of Data Package, read descriptors."""
