"""DAG files: when each step runs and in what order, nothing else."""
