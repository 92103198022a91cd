"""Files of finished jobs move from hot to warm to cold storage by age, and what the database says of them follows."""
