"""The rollout: a challenger ranks for 5 %, 20 %, then all channels, and becomes the champion or goes back."""
