"""What organisations get of the forms: blanks to download, the data dictionary."""
