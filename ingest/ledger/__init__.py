"""What is known about every file and every submission: receipts, states, findings, decisions, events."""
