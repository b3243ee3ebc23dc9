"""The project's own benchmark: `make bench`. docs/performance.md tells the method and the figures."""
