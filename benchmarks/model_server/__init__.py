"""What the benchmark of the model server needs: a trained version, a server, somebody who asks."""
