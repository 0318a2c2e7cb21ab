"""What leaves the house: references, extracts, portal, protocols."""
