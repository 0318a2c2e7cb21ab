"""What published figures are made of: the fields of forms behind a mart's column, or why none."""
