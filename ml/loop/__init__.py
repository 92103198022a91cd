"""Does the loop close? An experiment: what choosing topics by the model is worth in views."""
