"""Manifests, playlists, the programme and the published pages: the bytes of a release."""
