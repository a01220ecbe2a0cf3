"""How each service is built: a room for each row of the service map. Importing it makes the bindings load fast."""

from modules import fast_bindings as fast_bindings
