"""Small modules that know nobody above them."""
