"""Readers: from an untrusted file to typed rows that know their cells, and findings about the rest."""
