"""Reports that come by themselves, every week or month, to whoever asked for them."""
