"""Types of areas, and areas like one of them."""
