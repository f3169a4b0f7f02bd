"""Tools that write what the benchmark and the counts of instructions measured into the documents."""
