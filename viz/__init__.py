"""tierscope: how Linux decides where memory goes when a NUMA node fills up."""
