"""Long runs against real instances: killed at random moments, with a lossy network between them."""
