"""The object store: one protocol, a folder, S3, and the one module that spells object keys."""
