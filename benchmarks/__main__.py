"""Run every benchmark and print its table: python -m benchmarks [name...]."""

import sys

from benchmarks import assist, cloud, footprint, latency, small, throughput

ALL = {
    "latency": latency.measure,
    "assist": assist.measure,
    "throughput": throughput.measure,
    "footprint": footprint.measure,
    "cloud": cloud.measure,
    "small": small.measure,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or ALL:
        print(ALL[name](), flush=True)
