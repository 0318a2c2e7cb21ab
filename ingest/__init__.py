"""From a source file to rows in the raw schema."""
