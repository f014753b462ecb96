"""The iPhone side: the catalogue of phone actions and the Shortcuts generator."""
