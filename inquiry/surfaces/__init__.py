"""Pages that join packages, from the phone to the boards, and those about the installation itself."""
