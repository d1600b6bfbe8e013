"""The kernel floor: what Linux computes, in its own names and order, on the standard library alone.

Every routine that touches shared memory is a generator of memory operations (memory.py): each `yield`
is a moment at which another CPU could look. The page shows this source and highlights the line that ran.
"""
