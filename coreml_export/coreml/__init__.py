"""Core ML: from packed weights to a package for phones that is checked without one."""
