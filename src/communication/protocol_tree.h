// protocol_tree.h - deterministic protocols, and the least depth of one.
//
// A protocol is a binary tree: at each inner node one player sends a bit that depends on his input,
// and the bits sent so far determine the answer.  Its cost is its depth: the bits exchanged until
// both know the answer.  D(f) is the least cost.  docs/communication.md#deterministic.
#pragma once
#include "communication/comm_matrix.h"

enum { PROTOCOL_SIDE = 16, PROTOCOL_NODES = 20000000 };

typedef struct ProtocolNode {
    bool leaf, alice;     // who speaks
    uint32_t sends_one;   // bit r (or c): the speaker sends 1 on that row (column)
    size_t child[2];      // after 0, after 1; beyond this node
    size_t answer;        // of a leaf
} ProtocolNode;

// node[0] is the root.
typedef struct ProtocolTree {
    ProtocolNode *node;
    size_t count;
} ProtocolTree;

// D(f), as *lower <= D <= *upper, for a matrix of at most PROTOCOL_SIDE rows and columns, given
// that *lower <= D <= *upper already: by search for depth *lower, *lower + 1, .. through at most
// PROTOCOL_NODES splits in all.  Returns whether the search ended, *lower = *upper; then the tree
// has that depth, else it is empty.  Undo with protocol_tree_clear.
bool protocol_tree_init(ProtocolTree *tree, size_t *lower, size_t *upper, const CommMatrix *m);
void protocol_tree_clear(ProtocolTree *tree);

// NULL, or why the tree does not compute the matrix with that cost.
const char *protocol_tree_check(const ProtocolTree *tree, const CommMatrix *m, size_t cost);
