"""Modules of both styles that know each other."""
