"""Background work: Celery takes a job's id to a process, and everything else is said by the job's row."""
