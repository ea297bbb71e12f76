"""What the results of a quiz say of its questions: sums that add up, figures from sums, advice from figures; pure."""
