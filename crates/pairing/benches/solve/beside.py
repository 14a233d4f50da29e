"""Google OR-Tools on the same network: reads a DIMACS file, then solves it once for every line on standard input."""
import resource
import sys
import time

import numpy
from ortools.graph.python import min_cost_flow

with open(sys.argv[1]) as file:
    lines = file.read().split("\n")
supplies = numpy.array([line[2:].split() for line in lines if line.startswith("n")], dtype=numpy.int64)
arcs = numpy.array(" ".join(line[2:] for line in lines if line.startswith("a")).split(), dtype=numpy.int64).reshape(-1, 5)
del lines
print("ready", flush=True)
for _ in sys.stdin:
    network = min_cost_flow.SimpleMinCostFlow()
    network.add_arcs_with_capacity_and_unit_cost(arcs[:, 0] - 1, arcs[:, 1] - 1, arcs[:, 3], arcs[:, 4])
    network.set_nodes_supplies(supplies[:, 0] - 1, supplies[:, 1])
    start = time.perf_counter()
    status = network.solve()
    seconds = time.perf_counter() - start
    assert status == network.OPTIMAL
    print(network.optimal_cost(), seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, flush=True)
