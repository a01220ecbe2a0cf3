"""A hundred buckets by this project's way to the framework."""

import sys

from modules.framework import App, AwsProvider, S3Bucket, TerraformStack

app = App(outdir=sys.argv[1])
stack = TerraformStack(app, "buckets")
AwsProvider(stack, "aws", region="eu-west-2")
for number in range(100):
    S3Bucket(stack, f"bucket-{number:02}", bucket=f"ffp-bench-{number:02}", tags={"number": str(number)})
app.synth()
