"""What is known of notebook instances beside the lists: prices, platforms, owners, hours.

The door: `prices`, `platforms`, `owner_asking`, `running_hours`; and their files, which commands read: `price_files`,
`platforms_file`, `owner_files`, `hours_file`.
"""
