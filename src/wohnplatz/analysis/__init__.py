"""Statistics over released figures: what may be seen goes in, what follows from it comes out.

Everything here is arithmetic over figures that passed disclosure control, so nothing of it needs protection
of its own. The methods themselves are pure functions on arrays in ``monitoring``.
"""
