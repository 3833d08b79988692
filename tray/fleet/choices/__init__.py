"""What the user has chosen, where no profile has it: kept, and changed by a command.

The door: `keeping`, `login_start`, `look_choice`, `notification_choices`, `owner_choice`.
"""
