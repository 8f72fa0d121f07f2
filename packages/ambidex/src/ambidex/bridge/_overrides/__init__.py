"""Let an implementation see the methods that a user's subclass of a face overrides."""
