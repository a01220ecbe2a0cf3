"""What people do with the synthesised Terraform: the `ffp` command."""
