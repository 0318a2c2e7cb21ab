"""What is withheld from public tables so that nobody can tell small numbers of people (docs/adr/0013)."""
