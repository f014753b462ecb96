"""Every figure of docs/benchmarks.md, each with its peer in the same run."""
