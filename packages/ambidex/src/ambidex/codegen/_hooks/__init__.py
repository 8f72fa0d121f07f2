"""Generate while a library is built: what hatchling and setuptools find by their entry points."""
