"""What feeds the registry: home intents, exposed scripts, own actions, the clock."""
