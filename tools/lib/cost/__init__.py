"""The model of what the pipeline costs, and of how fast one partition of the table takes a load."""
