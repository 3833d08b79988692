"""The pages that stay open in the browser, behind `web.app_server`: surfaces of the tray, as the menu is one.

The door: `site`, which the program imports when a page is opened, since it imports starlette.
"""
