"""Who reports what through which channel, and the channels themselves."""
