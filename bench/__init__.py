"""How fast the generator is, beside its peers and beside itself with its optimisations off. No test judges a time."""
