"""How values cross the boundary: the plans of arguments and results, records, and the user's callables."""
