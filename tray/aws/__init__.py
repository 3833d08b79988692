"""The way to AWS: the only package that imports boto3 and botocore."""
