"""The `ffp` command, which synthesises, scans, compares, bootstraps and tries the stacks."""
