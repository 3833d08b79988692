"""What `notebook-tray --help` and the help of its commands say."""

from __future__ import annotations

from tray.texts.language import _


def _paragraphs(*each: str) -> str:
    return "\n\n".join(each)


def command(name: str) -> str:
    """Return the help of a command; `name` includes the command's groups: `profiles add`."""
    match name:
        case "autostart":
            return _paragraphs(
                _("Start the tray at login, or don't."),
                _(
                    "It is started for you alone, with what your system has for this: an autostart entry on Linux, the"
                    " Run key on Windows, a launch agent on macOS. The next login does as is said here; what runs now"
                    " goes on."
                ),
            )
        case "autostart on":
            return _("Start this copy of Notebook Tray at login.")
        case "autostart off":
            return _("Start nothing at login any more.")
        case "autostart status":
            return _paragraphs(
                _("Say what will happen at the next login, as the system itself has it."),
                _(
                    "That is: on, off, disabled (switched off in the system's own settings), gone (it would start a"
                    " program that is no longer there), or other (another copy of Notebook Tray is started). The exit"
                    " status is 3 for gone."
                ),
            )
        case "desktop-entry":
            return _paragraphs(
                _("Have Notebook Tray among your desktop's applications, with its icon, or don't."),
                _(
                    "pipx, uv and pip install a program without either; a Debian package brings both for all users."
                    " For Linux alone: elsewhere, what installs the program does this."
                ),
            )
        case "desktop-entry on":
            return _("Add this copy of Notebook Tray to your applications; the start at login does that, too.")
        case "desktop-entry off":
            return _("Take it out of your applications again.")
        case "demo":
            return _paragraphs(
                _("Show the tray on an embedded endpoint with sample notebooks."),
                _("Nothing of yours is touched: the keyring is one in memory, the AWS config a temporary one."),
            )
        case "doctor":
            return _paragraphs(
                _("Check what the tray needs, and say what to do where something is wrong."),
                _(
                    "That is: tray host, notifications, browser, start at login, keyring, AWS config files, each"
                    " profile's sign-in, regions, clock, proxy, certificates. Nothing is changed or opened, and nobody"
                    " is asked anything."
                ),
                _(
                    "The report is made to be pasted into a ticket: it has no keys, tokens, passwords or user names in"
                    " it. Account ids, profile names and hosts are left in. The exit status is 0 if all is well, else"
                    " 1."
                ),
            )
        case "completion":
            return _paragraphs(
                _("Print what has SHELL complete commands, options and names."),
                _('For bash, in ~/.bashrc: eval "$(notebook-tray completion bash)"; likewise for zsh and fish.'),
                _("Names of notebook instances and profiles are completed while the tray runs."),
            )
        case "quit":
            return _paragraphs(
                _("End the running tray."),
                _("What is starting or stopping goes on in AWS. The exit status is 3 if no tray runs."),
            )
        case "uninstall":
            return _paragraphs(
                _("Take away what Notebook Tray keeps: profiles in the keyring, log, cache, and the start at login."),
                _("Says first what that is, and asks. The program itself is removed by what installed it."),
            )
        case "list":
            return _paragraphs(
                _("List the notebook instances of all profiles and their regions."),
                _("Where a profile or region can't be listed, the others are, and the exit status is 1."),
            )
        case "open":
            return _("Open the notebook instance NAME in the browser.")
        case "start":
            return _paragraphs(
                _("Start the notebook instance NAME, and wait until its Jupyter answers."),
                _("A start takes some minutes. Ctrl-C ends the wait, not the start."),
            )
        case "stop":
            return _paragraphs(
                _("Stop the notebook instance NAME: whatever runs in it ends, files on its disk stay."),
                _("Says first whether anyone seems to work there, as far as that can be told, and asks."),
                _(
                    "With --at, --when-idle or --at-logout, the running tray stops it later, without a question: 10"
                    " minutes after a notification, never while a kernel is busy, and never what may not start again."
                ),
            )
        case "cost":
            return _paragraphs(
                _("Say what running notebook instances have cost since their start, by AWS' list prices."),
                _("Without storage, discounts and taxes. A price that isn't known is not guessed."),
                _("With --weeks, say how long they ran in each of the last weeks, as the running tray has counted it."),
            )
        case "move-platform":
            return _paragraphs(
                _("Move the stopped notebook instance NAME to Amazon Linux 2023, with no way back."),
                _(
                    "Says first what that means, and asks twice. Nothing else moves one: no start, no stop, no line of"
                    " the menu."
                ),
            )
        case "keep":
            return _paragraphs(
                _("Keep the notebook instance NAME at the top of the tray's menu; without NAME, list those kept."),
                _("With --off it is kept there no longer, also if AWS doesn't list it any more."),
            )
        case "sessions":
            return _paragraphs(
                _("List the sessions that were opened in the browser here, and until when each is open."),
                _("Asks AWS for nothing: this is what the tray and the command open have noted."),
            )
        case "schedules":
            return _paragraphs(
                _("List the schedules that were made here in EventBridge Scheduler, which stop notebook instances."),
                _("Only profiles with a --schedule-role have any: one for each planned time. AWS is asked with --ask."),
            )
        case "schedules remove":
            return _paragraphs(
                _("Delete a schedule in EventBridge Scheduler: that of the notebook instance NAME, or all."),
                _("What is planned stays planned: this computer carries it out while it is awake."),
            )
        case "owner-tag":
            return _paragraphs(
                _("Have the page of all notebooks ask for the tag KEY of notebook instances, which names their owner."),
                _(
                    "It asks while the page is open, twenty a minute at most, and needs sagemaker:ListTags. Without"
                    " KEY, say which tag it is. Off at first."
                ),
            )
        case "refresh":
            return _paragraphs(
                _("Have the running tray list the notebook instances anew."),
                _("Its icon shows when it is done; this command does not wait for that."),
            )
        case "setup":
            return _paragraphs(
                _("Open the page of the running tray that adds profiles."),
                _("With FILE, add the profiles that an administrator's set-up file asks for."),
                _(
                    "FILE is that file (TOML), - for standard input, or an https link to it. What it"
                    " would add is shown first. Profiles that there are already stay as they are."
                ),
            )
        case "show":
            return _paragraphs(
                _("Have the running tray open the page of all notebook instances in the browser."),
                _("There you search them, and open, start and stop each of them."),
            )
        case "settings":
            return _paragraphs(
                _("Have the running tray open the page of the settings in the browser."),
                _("With list or set, the settings of the whole program are printed, or changed, here."),
            )
        case "policy":
            return _paragraphs(
                _("Print what an administrator has set for the users of this computer, and what is wrong there."),
                _("Exits with 1 where something is wrong."),
            )
        case "settings list":
            return _("Print the settings of the whole program, and what they are set to.")
        case "settings set":
            return _("Turn the setting NAME on or off; list prints the names.")
        case "signin":
            return _paragraphs(
                _("Sign in to AWS: IAM Identity Center in the browser, or the code of an MFA device."),
                _(
                    "PROFILE is a configured profile, or else an AWS profile. Without it, signs in to what the"
                    " configured profiles need and isn't signed in to, once each. The AWS CLI and all AWS SDKs are"
                    " signed in too."
                ),
            )
        case _:
            return _profiles(name)


def _profiles(name: str) -> str:
    match name:
        case "profiles":
            return _paragraphs(
                _("Choose the AWS profiles whose notebook instances are listed."),
                _("What is configured here is kept in the keyring of this computer, and nowhere on disk."),
            )
        case "profiles discover":
            return _("List the profiles in the AWS config and credentials files.")
        case "profiles import":
            return _paragraphs(
                _("Configure profiles of the AWS config file, under the names they have there."),
                _("One that is configured already stays as it is."),
            )
        case "profiles add":
            return _paragraphs(
                _("Configure a profile under a name of your own."),
                _("With --access-key, it needs no AWS profile, and at least one --region."),
                _(
                    "With --sso-start-url, --sso-region, --account and --role, it signs in through IAM Identity Center"
                    " and needs no AWS config; at least one --region, and then: notebook-tray signin NAME."
                ),
            )
        case "profiles set":
            return _("Change a profile; what is not named stays as it is.")
        case "profiles regions":
            return _paragraphs(
                _("Print the regions in which the profile NAME lists; with --find, where it has notebook instances."),
                _("Every region that its account has enabled is asked; those that refuse are passed over."),
            )
        case "profiles list":
            return _("List the configured profiles.")
        case "profiles remove":
            return _("Take profiles out of the keyring. The AWS config file stays as it is.")
        case "profiles prune":
            return _paragraphs(
                _("Take profiles out of the keyring that the AWS config and credentials files no longer have."),
                _("Only says which they are, unless --yes is given."),
            )
        case _others:
            return _paragraphs(
                _("Open your Amazon SageMaker notebook instances from the system tray."),
                _("Without a command, shows the icon in the tray."),
                _(
                    "Exit status: 0 done; 1 AWS or a notebook said no; 2 wrong usage; 3 no tray or no browser here, or"
                    " it can't be started at login; 4 the keyring; 130 ended by Ctrl-C or a no."
                ),
            )


def option(name: str) -> str:
    """Return the help of an option; `name` includes the command where the help differs between commands."""
    match name:
        case "json":
            return _("Print JSON.")
        case "yes":
            return _("Don't ask.")
        case "schedules ask":
            return _("Ask AWS which there are, those of other computers and users included.")
        case "schedules all":
            return _("All that were made here.")
        case "schedules yes":
            return _("Don't ask before --all.")
        case "schedules forget":
            return _("Don't list any more what can't be deleted: AWS carries it out, and deletes it then.")
        case "list region":
            return _("Only this region; repeatable.")
        case "list details":
            return _("Each problem by itself, also where many profiles have the same.")
        case "list running":
            return _("Only the notebook instances that run.")
        case "cost weeks":
            return _("The last 90 days by weeks, from what the tray has seen; AWS is not asked.")
        case "list profile":
            return _("Only this profile; repeatable.")
        case "open profile":
            return _("The profile that sees it.")
        case "open region":
            return _("The region it is in.")
        case "open for":
            return _("Session length: 30m, 90m, 2h, 12h. Default: the profile's.")
        case "open view":
            return _("Default: the profile's.")
        case "start":
            return _("Start it first if it is stopped, and wait until its Jupyter answers.")
        case "if-idle":
            return _("Only if there has been no sign of work for so long: 30m, 2h. In doubt it is not stopped.")
        case "all i opened":
            return _("All that you opened or started here and that runs; what may never start again is left out.")
        case "stop at":
            return _("Have the tray stop it the next time that the clock shows TIME: 19:00, 7pm.")
        case "stop when idle":
            return _("Have the tray stop it when there has been no sign of work for so long: 30m, 2h.")
        case "stop at logout":
            return _("Have the tray stop it when you log out or shut down.")
        case "even if busy":
            return _("With --at or --at-logout: also while a kernel is busy.")
        case "stop cancel":
            return _("Don't stop it later: give up what is planned, habits of its profile for today.")
        case "habit stop-at":
            return _("Stop what runs each day at this time: 19:00, 7pm; never.")
        case "habit stop-when-idle":
            return _("Stop what has had no sign of work for so many: 1 to 168; 0: never.")
        case "habit stop-at-logout":
            return _("Stop what runs when you log out or shut down, or don't.")
        case "look":
            return _("Look whether anyone works there, or don't; default: as set in the tray.")
        case "move to":
            return _("The platform to move to.")
        case "without a way back":
            return _("Confirms, together with --yes, that there is no way back.")
        case "for good":
            return _("Also one whose platform AWS has retired: it may never start again.")
        case "owner-tag off":
            return _("Don't ask for owners any longer.")
        case "keep off":
            return _("Don't keep it at the top any longer.")
        case "print-url":
            return _("Print the presigned URL and open nothing. It is a secret.")
        case "session-token":
            return _("Ask for a session token too: the key is a temporary one.")
        case "secret-stdin":
            return _("Read the secret from standard input (then the token): lines.")
        case "access-key":
            return _("Sign with an access key that is kept in the keyring; its secret is asked for.")
        case "sso-start-url":
            return _("The address of your access portal: IAM Identity Center.")
        case "sso-region":
            return _("The region of your IAM Identity Center.")
        case "account":
            return _("The account whose notebook instances it lists: 12 digits.")
        case "role":
            return _("The role that you have there, as your access portal names it.")
        case "view":
            return _("What a plain open opens.")
        case "left-running":
            return _("It counts as left running after so many: 1 to 168; 0: never.")
        case "schedule-role":
            return _("The IAM role with which AWS stops them at a planned time; none: this computer alone does.")
        case "session-length":
            return _("Of a plain open: 30m, 90m, 2h, 12h.")
        case "region":
            return _("Repeatable; default: the AWS profile's.")
        case "find":
            return _("Look in all regions.")
        case "set found":
            return _(
                "With --find: have the profile list the regions where something was found, beside those given to it."
            )
        case "any-region":
            return _("Take a --region that this release doesn't know: AWS adds some each year.")
        case "setup yes":
            return _("Add them without a question.")
        case "any-region in file":
            return _("Take regions that this release doesn't know, too: AWS adds some each year.")
        case "prune yes":
            return _("Remove them.")
        case "all":
            return _("Every profile that discover lists.")
        case "add aws-profile":
            return _("Its name in the AWS config file; default: NAME.")
        case "aws-profile":
            return _("Its name in the AWS config file.")
        case "rename":
            return _("Call it NEW from now on; all else stays.")
        case "shown":
            return _("List it, or keep it configured and don't list it.")
        case "own-region":
            return _("Back to the AWS profile's own region.")
        case _others:
            return _("Show a code, to confirm in a browser on any computer.")
