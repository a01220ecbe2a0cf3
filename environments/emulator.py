"""What the emulator cannot make, each type with its reason. What else it lacks is completed in `emulator/`."""

LACKS = {
    "aws_cloudwatch_query_definition": "it has no PutQueryDefinition",
    "aws_xray_encryption_config": "it has no X-Ray",
}
