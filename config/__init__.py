"""Typed settings and data files (sessions, ladder, languages); imports nothing of ours."""
