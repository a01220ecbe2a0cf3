"""The `local` platform: an AWS emulator and a PostgreSQL server on this machine, with the stacks deployed to them."""
