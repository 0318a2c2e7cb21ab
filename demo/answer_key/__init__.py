"""What the marts must hold, computed from the truth and the deliveries, never from the files."""
