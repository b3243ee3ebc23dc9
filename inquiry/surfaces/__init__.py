"""Pages that join packages: the phone, the screen, the desks, a question, a pledge, minutes, inbox, board."""
