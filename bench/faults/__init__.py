"""The fault bench: whatever dies, whenever, every recording ends in the right state, once; shown on real processes."""
