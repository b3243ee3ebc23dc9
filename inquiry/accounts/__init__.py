"""People, units, roles, sign-ins, and the audience's device token."""
