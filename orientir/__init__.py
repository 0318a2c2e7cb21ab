"""The orientir command line."""
