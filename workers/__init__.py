"""Celery: the one task that runs a job by its id, the steps, claims, sweeps and the schedule."""
