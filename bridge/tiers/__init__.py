"""Ways of understanding a request."""
