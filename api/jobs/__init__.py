"""Loading knowledge in the background, one job at a time, each in a process of its own."""
