"""One small region, drawn once: a package, so that its fixtures end with it."""
