"""Cues, subtitle formats, splitting and quality rules."""
