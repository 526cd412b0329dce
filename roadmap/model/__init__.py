"""What the plan does in the model: effort, pressure, the month loop, and what is gathered of it."""
