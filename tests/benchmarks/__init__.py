"""Measurements on much data; not tests: run by hand, and their figures are written down where they were measured."""
