"""The portal under load over HTTP, beside the least that its work can cost; ``benchmarks.run`` says how it is run."""
