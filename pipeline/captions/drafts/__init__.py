"""Drafts that machines or documents give for subtitles; adapters of programs and servers that an operator provides."""
