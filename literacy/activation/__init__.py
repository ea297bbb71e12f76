"""How a person gets into a new account without anybody knowing their password: codes that open it once."""
