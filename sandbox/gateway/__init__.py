"""What the simulated clouds serve: an address for each function that was deployed, and its model."""
