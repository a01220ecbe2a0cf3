"""What is known of each resource type, whoever makes one: read by the stacks, the checks and the `ffp` command."""
