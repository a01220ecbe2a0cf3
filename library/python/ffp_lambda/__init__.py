"""What FFP's functions share: callers, requests and answers, logs, database sessions, media and their signatures."""
