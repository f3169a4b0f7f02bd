"""Checks and progress for compiling the functions."""
