"""What is true of the application and the environments that ship, and of no others."""
