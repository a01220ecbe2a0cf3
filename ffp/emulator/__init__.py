"""The `local` platform: an AWS emulator and a PostgreSQL on this machine, deployed to as to an account."""
