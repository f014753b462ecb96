"""How the property tests choose their examples."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# The same examples each time, so that a change is never refused for what it has nothing to do with; and no limits
# on time, which a busy machine breaks.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("random", settings.get_profile("steady"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
