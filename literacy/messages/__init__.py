"""Messages: everybody's inbox in the product, and what the product has to tell them."""
