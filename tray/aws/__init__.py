"""The way to AWS: the only package that imports boto3 and botocore. A ladder, each rung importing only those below it:

    cloud             what the other rooms ask for: list, open, sign in
    signin            signing in as a user does: IAM Identity Center, MFA
    calls             whose call goes over which client: sessions, clients, signatures, how many lists at a time
    credentials       who signs, and by what: identities, roles, tokens, processes
    errors            what goes wrong, in the user's words; what lies between here and AWS
    urls, service_model, config
    botocore_patches  what is relied on of botocore's inside

The door, for other rooms: `cloud` and `config`; for the doctor `calls.connectivity`, `errors.network` and
`errors.connection`; and `credentials.token_store`, where sign-ins are kept. botocore is imported when something is
called, and not before: no start waits for it.
"""
