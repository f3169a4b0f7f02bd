"""The chaos suite: faults are injected into a deployed pipeline, and no row may be lost."""
