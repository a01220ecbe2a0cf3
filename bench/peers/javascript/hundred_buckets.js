// A hundred buckets in the language that CDKTF is written in, with the imports of its documentation.
const { App, TerraformStack } = require("cdktf");
const { AwsProvider } = require("@cdktf/provider-aws/lib/provider");
const { S3Bucket } = require("@cdktf/provider-aws/lib/s3-bucket");

const app = new App({ outdir: process.argv[2] });
const stack = new TerraformStack(app, "buckets");
new AwsProvider(stack, "aws", { region: "eu-west-2" });
for (let number = 0; number < 100; number++) {
  const padded = String(number).padStart(2, "0");
  new S3Bucket(stack, `bucket-${padded}`, { bucket: `ffp-bench-${padded}`, tags: { number: String(number) } });
}
app.synth();
