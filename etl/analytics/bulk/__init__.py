"""The bulk reports of YouTube's Reporting API into the warehouse: the truth that reports.query is held against."""
