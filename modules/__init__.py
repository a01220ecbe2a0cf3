"""The modules: how each AWS service is built, with one package or file for each row of the service map."""
