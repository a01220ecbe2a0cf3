"""The application and the environments of the tests: whoever replaces those that ship breaks no test of the rest."""
