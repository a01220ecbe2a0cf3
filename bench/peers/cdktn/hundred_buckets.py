"""A hundred buckets by CDKTF's fork, with the imports of its documentation."""

import sys

from cdktn import App, TerraformStack
from cdktn_provider_aws.provider import AwsProvider
from cdktn_provider_aws.s3_bucket import S3Bucket

app = App(outdir=sys.argv[1])
stack = TerraformStack(app, "buckets")
AwsProvider(stack, "aws", region="eu-west-2")
for number in range(100):
    S3Bucket(stack, f"bucket-{number:02}", bucket=f"ffp-bench-{number:02}", tags={"number": str(number)})
app.synth()
