"""The chaos suite: injects faults into a deployed pipeline and checks that no row is lost."""
