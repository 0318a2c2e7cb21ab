"""Forms: one YAML contract each, and everything that is generated from it."""
