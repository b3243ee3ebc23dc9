"""What the panel in the studio and the viewers at home say of an answer: satisfied or not, counted apart."""
