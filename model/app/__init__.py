"""The model container: predictions over HTTP, the same on every cloud."""
