"""培训班: people who take courses together, with dates of their own, reminders, and what comes after."""
