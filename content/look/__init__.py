"""What every page looks like: the common stylesheet, the icons, and the shelf they are served from."""
