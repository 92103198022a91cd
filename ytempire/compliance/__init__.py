"""What may be kept of other people's data, and for how long: data classes, refresh-or-delete, the book of deletions."""
