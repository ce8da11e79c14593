"""Codes into sentences in the reader's language: findings, standings, obstacles, events."""
