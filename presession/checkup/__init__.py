"""What `presession doctor` looks at, by what it is about; each check says what it found and what mends it."""
