"""From validated staging into the warehouse, its rollups, and the proof that a reload changes nothing."""
