"""App clients of machines: Cognito makes them by its API, and only Secrets Manager stores their secrets."""
