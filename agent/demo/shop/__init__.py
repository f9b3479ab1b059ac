"""A fictional Japanese shop, written as the export files a real one would hand over."""
