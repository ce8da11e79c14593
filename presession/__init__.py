"""The command line: puts configuration, portal and workers together; nothing imports it."""
