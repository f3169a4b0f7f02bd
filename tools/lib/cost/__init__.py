"""The model of the pipeline's costs, and of how fast one partition of the table accepts a load."""
