"""What runs when: what a job rests on, what it left, and the suite as both engines see it."""
