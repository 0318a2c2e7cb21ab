"""What must hold: rules, runs, decisions."""
