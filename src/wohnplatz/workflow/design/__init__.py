"""Design of areas: the talk with a municipality about its division, from the proposal to the agreement."""
