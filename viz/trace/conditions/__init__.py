"""Find steps of a run by a condition: "pass 2 begins", "node_demotion[1] changes", "used_targets has 3".

parser.py turns a condition into a tree of JSON lists; evaluate.py finds the steps of a trace where the tree holds. The
page gets the tree and evaluates it in assets/player/conditions.mjs. docs/conditions.md has the grammar.

    ["and", tree, tree], ["or", tree, tree], ["not", tree], ["then", tree, tree]
    ["operation", [names], [fields]]       the operation has one of these names and these first fields; null fits any
    ["changes", name, node]                the node's cell, or the node's bit in a mask; node null: any of it
    ["begins", tree], ["ends", tree]       the first or last step of each row of steps where the tree holds
    ["is", name, nodes]                    a cell or a mask names exactly the nodes of this node list
    ["equals", name, n]                    a signal is the number n; -1 stands for none
    ["above", name, n], ["below", name, n] a signal is a larger, or a smaller, number
    ["has", name, node]                    a cell or a mask names the node
    ["target", node, target]               the node has this target; target null: it has any target
    ["no target", node]                    the node has found none, or the order is complete without one for it
    ["demotion", state]                    demotion is "off", "half built" or "works"
    ["disable"]                            the kernel takes the first target away before it builds a new order
    ["event", number]                      the event with this number, counted from 1, is happening
"""

from viz.trace.conditions.evaluate import NotInRun, steps_where
from viz.trace.conditions.parser import ConditionError, parse
from viz.trace.conditions.words import Tree

__all__ = ["ConditionError", "NotInRun", "Tree", "parse", "steps_where"]
