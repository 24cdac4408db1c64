"""What a suite would cost, before the money is spent."""
