"""Designs of areas: alternatives on the map, moves by hand, the talk, the take-over."""
