"""The way to AWS: the only package that imports boto3 and botocore. A ladder, each rung importing only those below it:

    cloud             what other packages ask for: list, open, sign in
    schedules         the schedules in EventBridge Scheduler that stop what is planned to be stopped
    looking, prices   what is asked without a word on the credentials: regions, list prices
    answers, signin   what AWS' answers are as values; signing in as a user does: IAM Identity Center, MFA
    calls             which client each call uses: sessions, clients, signatures, how many lists at a time
    credentials       who signs, with which credentials: identities, roles, tokens, processes
    errors            what goes wrong, in the user's words; proxies and certificates on the way to AWS
    urls              which addresses are a notebook instance's; notebook_way: which way leads there
    config_checks     parts of the AWS files that are not read; setting_faults: settings that don't work; regions
    service_model, config
    setting_table     every setting that botocore reads, with the values that work; parse_errors, ini: lines of files
    botocore_patches  what the program relies on inside botocore

The door, for other rooms: `cloud`, `schedules`, `config`, `config_checks`, `notebook_way` and `regions`; for the doctor
`setting_faults`, `calls.connectivity`, `errors.network` and `errors.connection`; and `credentials.token_store`, where
sign-ins are kept. botocore is imported at the first call that needs it, so that no start of the program waits for it.
"""
