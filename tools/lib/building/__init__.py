"""How the functions are compiled: the profile, the progress, and what must be on the machine."""
