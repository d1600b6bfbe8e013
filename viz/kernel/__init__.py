"""The kernel floor: what Linux computes, in its names and order.

It needs nothing but the standard library. Every routine that works
on shared memory is a generator of operations (memory.py): each
`yield` is a moment at which another CPU could look. The page shows
this source, and highlights the line that ran. A few of the yields
are there only so that a person can look (looks.py); those lines
are dimmed.

The functions stand in the order and under the names of Linux, and
the last line of each docstring says where: file, function, and the
patch or release.
"""
