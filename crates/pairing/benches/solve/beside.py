"""Google OR-Tools on the same network: reads it from a file of numbers, then solves it once for every line on standard input."""
import gc
import sys
import time

import numpy
from ortools.graph.python import min_cost_flow

path, nodes, arcs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
CHUNK = 1 << 20


def network():
    made = min_cost_flow.SimpleMinCostFlow()
    offset, columns = nodes * 8, []
    for kind, size in (("<i4", 4), ("<i4", 4), ("<i8", 8), ("<i8", 8)):
        columns.append(numpy.memmap(path, kind, "r", offset, (arcs,)))
        offset += arcs * size
    for start in range(0, arcs, CHUNK):
        made.add_arcs_with_capacity_and_unit_cost(*(column[start:start + CHUNK] for column in columns))
    made.set_nodes_supplies(numpy.arange(nodes), numpy.fromfile(path, "<i8", nodes))
    return made


def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


print("ready", flush=True)
for _ in sys.stdin:
    made = network()
    gc.collect()
    # From here on the peak is its own: what it was given is no longer mapped.
    with open("/proc/self/clear_refs", "w") as reset:
        reset.write("5")
    wall, cpu = time.perf_counter(), time.process_time()
    status = made.solve()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert status == made.OPTIMAL
    print(made.optimal_cost(), wall, cpu, peak(), flush=True)
    del made
