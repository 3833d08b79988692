"""What xfce4-panel and GTK are told before they start, so that the tray is found at a known place.

The panel's properties: https://docs.xfce.org/xfce/xfce4-panel/start, as `xfconf-query -c xfce4-panel -lv` names them.
"""

from __future__ import annotations

from pathlib import Path

HEIGHT = 32

# One bar along the top edge: an invisible separator that takes all the room, then the status tray. Its colour is
# plain and its own decoration off, so that whatever else is drawn on it is a tray icon.
_PANEL = f"""<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="false"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="{HEIGHT}"/>
      <property name="background-style" type="uint" value="1"/>
      <property name="background-rgba" type="array">
        <value type="double" value="0.92"/><value type="double" value="0.92"/>
        <value type="double" value="0.92"/><value type="double" value="1.0"/>
      </property>
      <property name="plugin-ids" type="array"><value type="int" value="1"/><value type="int" value="2"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
      <property name="known-items" type="array"/>
    </property>
  </property>
</channel>
"""

# Without animations a menu is whole as soon as its window is there.
_GTK = """[Settings]
gtk-enable-animations=0
gtk-theme-name=Adwaita
gtk-icon-theme-name=Adwaita
gtk-font-name=DejaVu Sans 10
"""


def write_panel_settings(config_home: Path) -> None:
    """Write the settings into an XDG_CONFIG_HOME."""
    for place, text in {
        "xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml": _PANEL,
        "gtk-3.0/settings.ini": _GTK,
    }.items():
        path = config_home / place
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
