"""The routines of Linux that compute the demotion order.

Names and the order of functions are those of Linux. The package
needs only the standard library. A routine that works on shared
memory is a generator of operations (memory.py): at each `yield`
another CPU could look at that memory. The page shows this source
and highlights the line that runs. Some yields are checkpoints
(checkpoints.py): points at which a person can stop and look, and
which Linux does not have. The page dims them.

The last line of a routine's docstring names the place in Linux:
file, function, and the patch or release.
"""
