"""Measurements on this machine; `make bench` runs them, docs/measurements.md explains them."""
