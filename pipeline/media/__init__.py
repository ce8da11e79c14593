"""ffmpeg and ffprobe: probe, measure, encode, cards, images, metadata removal."""
