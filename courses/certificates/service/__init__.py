"""The verbs of certificates: how they look, issuing, revoking, finding, drawing. Flushes, never commits."""
