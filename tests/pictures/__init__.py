"""The README's pictures, taken anew from the demo in a virtual desktop and in a real GNOME."""
