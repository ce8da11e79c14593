"""Drafts by machines and documents."""
