"""The installer and the MSI for Windows, tried under Wine: `packaging/windows/test-installer.sh`."""
