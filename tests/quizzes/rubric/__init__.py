"""Tests of the rubric."""
