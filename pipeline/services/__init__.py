"""Use-cases: functions that take a database session and values; they flush and never commit."""
