; The words of the installer and the uninstaller in English. Another language has the same names.
; What stands behind "$" or in "${}" is put in by NSIS.

LangString Program ${LANG_ENGLISH} "Notebook Tray"
LangString AboutProgram ${LANG_ENGLISH} "The tray, and the command line notebook-tray."
LangString StartAtLogin ${LANG_ENGLISH} "Start at login"
LangString AboutStartAtLogin ${LANG_ENGLISH} "Starts Notebook Tray whenever you log in. If it is installed for you alone, you can change it later, in its menu."
LangString Shortcut ${LANG_ENGLISH} "Open your Amazon SageMaker notebook instances"

LangString NeedsWindows10 ${LANG_ENGLISH} "Notebook Tray needs Windows 10 or newer."
LangString AlsoForEveryone ${LANG_ENGLISH} "Notebook Tray is already installed for everyone on this computer, by an administrator. Do you want another copy, for you alone?"
LangString Downgrade ${LANG_ENGLISH} "Notebook Tray $2 is installed, which is newer than ${VERSION}. An older version may not understand all that the newer one has stored. Do you want to replace it with the older one?"

LangString EndingTray ${LANG_ENGLISH} "Waiting for the running Notebook Tray to end"
LangString NotRemoved ${LANG_ENGLISH} "This file could not be removed: $R1"
LangString NoStartAtLogin ${LANG_ENGLISH} "The start at login could not be switched on. Notebook Tray's menu says why."

LangString AskPurge ${LANG_ENGLISH} "Do you also want to remove what Notebook Tray keeps for you: the profiles and access keys in Windows' Credential Manager, its log and its state?$\n$\nSign-ins of the AWS CLI and your AWS config stay as they are."
LangString NotPurged ${LANG_ENGLISH} "What Notebook Tray keeps could not all be removed: the command notebook-tray uninstall says why. Without the program, it is harder to remove. Do you want to remove the program all the same?"
