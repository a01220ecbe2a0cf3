"""A hundred buckets by the package of the fork's makers in which each service loads when it is used."""

import sys

from cdktn import App, TerraformStack
from cdktn_aws.provider import AwsProvider
from cdktn_aws.s3 import AwsBucket

app = App(outdir=sys.argv[1])
stack = TerraformStack(app, "buckets")
AwsProvider(stack, "aws", region="eu-west-2")
for number in range(100):
    AwsBucket(stack, f"bucket-{number:02}", bucket=f"ffp-bench-{number:02}", tags={"number": str(number)})
app.synth()
