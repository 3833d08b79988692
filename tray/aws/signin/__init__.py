"""Signing in to AWS as a person does: IAM Identity Center, MFA; and the files that botocore keeps of it."""
