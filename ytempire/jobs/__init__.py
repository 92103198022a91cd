"""The queue of videos to make, their stages, artefacts and costs."""
