"""What is being written and not saved yet: drafts of forms, each its writer's own, and who has which page open."""
