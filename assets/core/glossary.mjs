// @ts-check
// The words of docs/glossary.md. viz/page/terms_module.py writes this file:
// python -m viz.page.terms_module > assets/core/glossary.mjs

/** @type {[names: string[], text: string][]} */
export const TERMS = [
  [
    ["abstract distance"],
    "A number that says how slow a node's memory is, not where it is: 576 for ordinary DRAM, larger for slower " +
      "memory. Kernels from 6.1 on put nodes into memory tiers by it.",
  ],
  [
    ["allowed nodes"],
    "The nodes that a cgroup may use, as its file `cpuset.mems.effective` lists them. Kernels to 6.15 demote " +
      "its pages as anybody's; from 7.0 on only to nodes that are slower and allowed.",
  ],
  [
    ["barrier"],
    "An instruction after which stores become visible later than the stores before it. The patch puts " +
      "`smp_wmb()` between the disable and the new targets.",
  ],
  [
    ["batch"],
    "Pages of one owner that came to a node at the same tick. `tierscope pressure` moves batches, the oldest " +
      "first.",
  ],
  [["beat"], "A step that is shown on the way from one stop of playing to the next, with one motion."],
  [
    ["cascade"],
    "Demotion that sets off more demotion: pages that come to a target take it below its low watermark, and " +
      "its own kswapd demotes on to the next tier.",
  ],
  [
    ["chapter"],
    "A part of a run that the kernel does in one go: building the zonelists, building the first order, one " +
      "hotplug event, or, at the end, finding where the pages of a cgroup go.",
  ],
  [
    ["checkpoint"],
    "A line of the shown code at which a run can stop although Linux has no such line: a pass begins, a source " +
      "begins. It changes nothing.",
  ],
  [
    ["chooser"],
    "The kernel's function `find_next_best_node()`, which picks the nearest node that is not used yet, with " +
      "penalties. Zonelists and the demotion order both call it.",
  ],
  [
    ["class"],
    "A row of nodes in the picture, the fastest memory on top. No kernel knows it: kernels from 6.1 on go by " +
      "memory tiers. Only the proposals tier-sets and local-tier-sets demote from class to class.",
  ],
  [
    ["cold page"],
    "A page of memory that nobody has used for a while. When a node is full, the kernel frees cold pages " + "first.",
  ],
  [["condition"], 'Words that name a step by what holds there, such as "pass 2 begins" or "used_targets has 3".'],
  [
    ["cycle", "circle"],
    "Targets that lead back to a node where one has been. Pages would go round, and no memory would be freed.",
  ],
  [
    ["demotion"],
    "Moving cold pages from the memory of one node to slower memory instead of swapping them out or dropping " +
      "them.",
  ],
  [
    ["demotion order"],
    "All demotion targets together: for each node the node that its cold pages move to. Linux keeps it in " +
      "`node_demotion[]`.",
  ],
  [
    ["direct reclaim"],
    "What a program has to do itself when it asks for a page and no node that it may use has more than its min " +
      "watermark free: it demotes or swaps out old pages first, and waits meanwhile.",
  ],
  [
    ["disable"],
    "The first part of a rebuild: every target is taken away. Until new targets are stored, demotion is off: " +
      "nothing is demoted, and cold pages are reclaimed as if there were no targets.",
  ],
  [
    ["distance"],
    "How far one node's memory is from another node's CPUs, as the firmware's SLIT table says: 10 is the node " +
      "itself, 20 is twice as slow.",
  ],
  [
    ["event"],
    "Memory, CPUs or a whole node that come or go while the machine runs (hotplug). Some events make the " +
      "kernel rebuild the demotion order.",
  ],
  [
    ["finding"],
    "Something odd about a machine under one kernel, such as a node without a target, with the nodes that it " +
      "is about and a step that shows it.",
  ],
  [
    ["ghost"],
    "The dashed trace of an arrow of the old order on the stage. It stays while a new order is built, so that " +
      "one sees what changes.",
  ],
  [
    ["grace period"],
    "A wait, `synchronize_rcu()`, until every reader has left the section that it is in. v5.15 waits so " +
      "between the disable and the new targets.",
  ],
  [
    ["guess"],
    "Something that a pasted listing does not say and that is assumed. Each guess is named, with its other " +
      "choice.",
  ],
  [
    ["kswapd"],
    "The kernel's thread that reclaims a node's memory, one a node. It is woken when free memory falls below " +
      "low, and sleeps once it is above high.",
  ],
  [
    ["link"],
    "A topology as text at the end of the page's address. Whoever opens the address sees the same machine at " +
      "the same step.",
  ],
  [
    ["memory tier"],
    "A group of nodes whose abstract distances are about equal: the same number after division by 128. Kernels " +
      "from 6.1 on demote from a tier to slower ones.",
  ],
  [
    ["N_CPU", "N_MEMORY"],
    "The nodes that have a CPU online, and those that have memory online, as Linux keeps them. The passes " +
      "begin at N_CPU; only a node of N_MEMORY can be a target.",
  ],
  [
    ["node"],
    "A group of CPUs and memory that are close to each other. It may have memory without CPUs, or CPUs without " +
      "memory.",
  ],
  [
    ["node_load"],
    "A number for each node. Building the zonelists charges the first node at each new distance, so that not " +
      "all lists prefer the same one. Among targets that cost the same, the lowest wins.",
  ],
  [
    ["OOM killer"],
    "The part of Linux that ends a program when no page can be found for anybody, whatever is tried. OOM " +
      "stands for out of memory.",
  ],
  [
    ["own patch"],
    "A file of one's own that names a row and replaces some of its functions. Only the person who starts the " +
      "program can name one, as in `--kernel ./mine.py`.",
  ],
  [["owner"], "Somebody whose pages fill the nodes of a scenario: a program with a CPU, a policy and a cgroup."],
  [
    ["pass"],
    "One round of building the order: every node in `this_pass` chooses, and the targets it finds become " +
      "`next_pass`.",
  ],
  [
    ["penalty"],
    "One unit that the chooser adds to a candidate's distance because its id is lower than the source's, and " +
      "one because it has CPUs.",
  ],
  [
    ["pgdemote_kswapd", "pgdemote_direct", "pgdemote_proactive"],
    "Counters of a node: the pages that kswapd, direct reclaim or a write to `memory.reclaim` has demoted from " +
      "it. Up to 6.14 the last two are one, `pgdemote_direct`.",
  ],
  [["pgsteal"], "A counter of a node: all pages that were reclaimed there, whether demoted or written to swap."],
  [
    ["preferred target"],
    "A node of the next slower tier that is nearest; pages go there first. If there are several, each is as " + "good.",
  ],
  [
    ["proactive reclaim"],
    "Reclaim that somebody asks for, by a number written to `memory.reclaim` of a cgroup. If less can be " +
      "reclaimed, the write returns EAGAIN.",
  ],
  [["READ_ONCE"], "A read that happens exactly once, so that the compiler can neither repeat it nor split it."],
  [
    ["reader"],
    "Kernel code that asks `next_demotion_node()` where a page goes: reclaim, which frees memory. It takes no " +
      "lock, so it may ask in the middle of a rebuild.",
  ],
  [
    ["rebuild"],
    "Throwing the demotion order away and building it anew, after an event. Meanwhile reclaim frees cold pages " +
      "as if there were no demotion.",
  ],
  [["reclaim"], "Making pages free again: by demotion, by writing them to swap, or by dropping them."],
  [
    ["register"],
    "A variable of the kernel's routine that the page shows at every step: `this_pass`, `next_pass`, " +
      "`used_targets`, `node_demotion[]`, `node_load[]`.",
  ],
  [
    ["rule"],
    "Something that a kernel decides in one way and could decide in another, such as who counts as used. " +
      "`tierscope rules` lists those that can be changed.",
  ],
  [
    ["run"],
    "One topology on one kernel, with zonelists built at boot or with CPUs up. The same run always gives the " +
      "same steps.",
  ],
  [
    ["scenario"],
    "Owners, what they ask for and when, and events such as a node that leaves: what `tierscope pressure` " +
      "plays on a machine.",
  ],
  [["schedule"], "One order in which a rebuild's stores become visible to a reader."],
  [["source"], "A node that looks for a target, so that its cold pages can be demoted there."],
  [
    ["spilling"],
    "Taking new pages from the next node of a list, because the first is down to its low watermark. It comes " +
      "before any demotion.",
  ],
  [
    ["stale"],
    "Said of a target that is still stored for a node outside all memory tiers, as from 6.1 on after the " +
      "node's memory has left. Nobody reads it, because such a node has no pages.",
  ],
  [["step"], "The smallest move of the player: one store, one read, one barrier or one checkpoint."],
  [["stop"], "A run at a step, with a text: a part of a story."],
  [["story"], "A question and the stops that answer it."],
  [
    ["stride"],
    "What one press of an arrow key moves by: a step, a source, a pass or an event. The stride of a talk stops " +
      "about eight times in an event: before it, when the targets are gone, when pages leave, at each choice, at " +
      "the result.",
  ],
  [
    ["swap"],
    "Room on a disk for pages that have no room in memory. A page that is needed comes back from there, " + "slowly.",
  ],
  [
    ["target"],
    "The node that a source's cold pages move to. In the passes, up to v6.0, a node with CPUs is never one; " +
      "from v6.1 on it can be, if its memory is in a slower tier.",
  ],
  [
    ["this_pass", "next_pass"],
    "The nodes that look for a target in this pass, and those that will look in the next one because somebody " +
      "has chosen them.",
  ],
  [
    ["tick"],
    "A step of a scenario of Pressure: in it every program and every kswapd has its turn, and the picture " +
      "shows what is so at its end. It has no length in seconds.",
  ],
  [["topology"], "A machine as data: its nodes, their CPUs and memory, and the distances between them."],
  [
    ["used_targets"],
    "The nodes that may not be chosen any more: everyone who is or was a source, and everyone who has been " +
      "chosen. It keeps the order free of cycles.",
  ],
  [
    ["verdict"],
    "What became of a reader's walk during a rebuild, such as a cycle, the old order alone, the new one alone, " +
      "or an early end.",
  ],
  [["walk"], "The nodes that a reader visits when it follows targets from node to node, with one read a hop."],
  [
    ["watermark"],
    "A number of free pages of a zone: below low the kernel wakes kswapd, down to min ordinary allocations go " +
      "on, and above high kswapd sleeps. Demotion fills a target down to min.",
  ],
  [
    ["what-if"],
    "A row with changed rules. Its name says which: `v5.15 + used=per-source`. It runs, and is shown, in " +
      "source that is changed as a patch would change it.",
  ],
  [
    ["zonelist", "fallback list"],
    "The order in which a node's allocations try other nodes when its own memory is full. Lists are built at " +
      "boot, before CPUs are up, and again with CPUs up when memory comes or goes.",
  ],
];
