"""A whole city of fictional people who study, for load tests: `python run.py demo --scale large`."""
