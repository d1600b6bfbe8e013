"""Name steps of a run by what holds at them: "pass 2 begins", "node_demotion[1] changes", "used_targets has 3".

parser.py reads such a condition and makes a tree of JSON lists of it; evaluate.py finds the steps of a trace. The page
gets the tree and evaluates it in assets/core/conditions.mjs. docs/conditions.md has the grammar.

    ["and", tree, tree], ["or", tree, tree], ["not", tree], ["then", tree, tree]
    ["operation", [names], [fields]]       the operation is one of these, with these first fields; null stands for any
    ["changes", name, node]                the node's cell, or its place in a mask; node is null: the whole of it
    ["begins", tree], ["ends", tree]       the first, and the last, of steps in a row at which the tree holds
    ["is", name, nodes]                    a cell or a mask names exactly the nodes of this node list
    ["equals", name, n]                    a number; -1 is none
    ["above", name, n], ["below", name, n]
    ["has", name, node]                    a cell or a mask names the node
    ["target", node, target]               the node has this target; target is null: it has one
    ["no target", node]                    the node has looked in vain, or the order is complete and has none for it
    ["demotion", state]                    demotion is "off", "half built" or "works"
    ["disable"]                            the first target is taken away
    ["event", number]                      the event of that number, from 1, is under way
"""

from viz.trace.conditions.evaluate import NotInRun, steps_where
from viz.trace.conditions.parser import ConditionError, parse
from viz.trace.conditions.words import Tree

__all__ = ["ConditionError", "NotInRun", "Tree", "parse", "steps_where"]
