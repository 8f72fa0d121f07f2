"""Services: one object, many clients, a socket between them."""
