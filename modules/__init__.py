"""How each service is built: one construct a file. Importing the package makes the provider bindings load fast."""

from modules import fast_bindings as fast_bindings
