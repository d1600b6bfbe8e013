"""What Linux computes, under its names and in its order.

This package needs nothing but the standard library. Every routine
that works on shared memory is a generator of operations
(memory.py): each `yield` is a moment at which another CPU could
look. The page shows this source and highlights the line that runs.
A few of the yields are checkpoints (checkpoints.py): they are
there only so that a person can look, and the page dims them.

The functions stand in the order and under the names of Linux, and
the last line of each docstring says where: file, function, and the
patch or release.
"""
