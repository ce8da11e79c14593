"""ffmpeg and ffprobe: what a recording is, whether it can be taken, its streams, cards and images."""
