"""Writes the figures of the benchmark and the counts of instructions into the documents, and compares them."""
