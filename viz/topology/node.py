"""Node: a possible node of a machine, as a document describes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, PlainValidator, field_validator, model_validator

from viz.kernel.adistance import AccessCoordinate
from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import MAX_NUMNODES
from viz.topology import quantities as q
from viz.topology.errors import TopologyError
from viz.topology.strict_model import StrictModel
from viz.topology.watermarks import Watermarks

MAX_LABEL = 40
LARGEST_ADISTANCE = 2**31 - 1

NodeId = Annotated[int, PlainValidator(q.whole(0, MAX_NUMNODES - 1))]
Word = Annotated[str, PlainValidator(q.plain_text(MAX_LABEL))]
Measure = Annotated[float, PlainValidator(q.figure)]
Source = Literal["hmat", "dax/kmem"]


class Node(StrictModel):
    """One possible node. The kernel works with `cpus` and `memory`; socket, tier and label only arrange the picture."""

    id: NodeId
    cpus: Annotated[int | str, PlainValidator(q.checked_cpus)]
    memory: Annotated[int, PlainValidator(q.memory_bytes)]
    """The memory of the node in bytes."""
    socket: Word | None = None
    tier: Annotated[int, PlainValidator(q.whole(0, MAX_NUMNODES - 1))] | None = None
    """The class of memory that a person puts the node in; 0 is the fastest."""
    label: Word | None = None
    online: Annotated[bool, PlainValidator(q.flag)] = True
    blocks: Annotated[int, PlainValidator(q.whole(0, 2**40))] = Field(
        default_factory=lambda fields: _default_blocks(fields)
    )
    """Memory blocks that are online at the start; 0 if the memory is present but not online."""
    adistance: Annotated[int, PlainValidator(q.whole(0, LARGEST_ADISTANCE))] = MEMTIER_ADISTANCE_DRAM
    adistance_from: Annotated[str, PlainValidator(q.one_of(*get_args(Source)))] | None = None
    """The source of `adistance`; None means that the document states it, and then it holds for every kernel.

    "hmat": computed from the latencies and bandwidths below. Each kernel computes its own value from these; a kernel
    that does not read them takes the value of DRAM.
    "dax/kmem": the value that the driver gives to memory added after boot, for kernels without latency and bandwidth.
    """
    read_latency: Measure | None = None
    """Latencies are in ns, bandwidths in MB/s, both as CPUs see them (access1); 0 means that firmware states none.

    If only the value for reads or only that for writes is given, it counts for both.
    """
    write_latency: Measure | None = None
    read_bandwidth: Measure | None = None
    write_bandwidth: Measure | None = None
    watermarks: Watermarks | None = None

    @field_validator("socket", mode="before")
    @classmethod
    def _socket_as_text(cls, socket: object) -> object:
        return str(socket) if type(socket) is int and abs(socket) < 2**31 else socket

    @model_validator(mode="after")
    def _blocks_need_memory(self) -> Node:
        if self.blocks and not self.memory:
            raise TopologyError(f"blocks is {self.blocks}, but the node has no memory; leave blocks out or give memory")
        return self

    @property
    def cpu_count(self) -> int:
        """Return the number of CPUs of the node."""
        return self.cpus if isinstance(self.cpus, int) else q.cpu_bits(self.cpus).bit_count()

    @property
    def access_coordinate(self) -> AccessCoordinate:
        """Return latency and bandwidth as whole numbers; if only reads or only writes have a value, both get it."""
        latency = q.reads_and_writes(self.read_latency, self.write_latency)
        bandwidth = q.reads_and_writes(self.read_bandwidth, self.write_bandwidth)
        return AccessCoordinate(*latency, *bandwidth)

    @property
    def states_adistance(self) -> bool:
        """Return whether the document states the abstract distance, so that no kernel computes it."""
        return "adistance" in self.model_fields_set and self.adistance_from is None

    @property
    def has_memory(self) -> bool:
        """Return whether the node is in N_MEMORY: it is online and has memory with at least one block online."""
        return self.online and self.memory > 0 and self.blocks > 0


def _default_blocks(fields: Mapping[str, Any]) -> int:
    return 1 if fields.get("memory") else 0
