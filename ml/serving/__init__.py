"""The trend model over HTTP: LitServe in front, ONNX Runtime beneath, Redis beside."""
