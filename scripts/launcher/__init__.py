"""Starts, watches and stops the portal on one machine; standard library only, for nothing is installed yet."""
