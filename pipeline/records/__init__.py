"""SQLAlchemy tables, transactions, queries and migrations."""
