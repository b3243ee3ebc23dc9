"""The writes of people, units, sign-ins and the audience's devices."""
