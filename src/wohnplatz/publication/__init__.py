"""From figures to what may be seen of them: counts, patterns, proofs and the ledger of what is out."""
