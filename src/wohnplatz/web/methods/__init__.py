"""How every figure is made."""
