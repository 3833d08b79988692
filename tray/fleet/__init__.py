"""What is known of every notebook now, and what can be done with it."""
