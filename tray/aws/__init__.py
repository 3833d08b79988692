"""The way to AWS: the only package that imports boto3 and botocore. A ladder, each rung importing only those below it:

    cloud             what other packages ask for: list, open, sign in
    signin            signing in as a user does: IAM Identity Center, MFA
    calls             which client each call uses: sessions, clients, signatures, how many lists at a time
    credentials       who signs, with which credentials: identities, roles, tokens, processes
    errors            what goes wrong, in the user's words; what lies between here and AWS
    urls              which addresses are a notebook instance's
    config_checks     what of the AWS files is not read; setting_faults: which settings don't work; regions: which exist
    service_model, config
    setting_table     every setting that botocore reads, with the values that work; parse_errors, ini: where it stands
    botocore_patches  what the program relies on inside botocore

The door, for other rooms: `cloud`, `config`, `config_checks` and `regions`; for the doctor `setting_faults`,
`calls.connectivity`, `errors.network` and `errors.connection`; and `credentials.token_store`, where sign-ins are kept.
botocore is imported when something is called, and not before: no start waits for it.
"""
