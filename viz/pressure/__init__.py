"""Model what happens to pages when nodes fill up: allocation, kswapd, direct reclaim, demotion, swap."""
