// one_layer_bounds.h - what the protocols of models imply: of one layer
// (docs/protocol.md#theorem-2), and recurrent ones (docs/protocol.md#theorem-3).
#pragma once
#include "protocol/one_layer.h"

typedef struct OneLayerBounds {
    size_t cited;     // 3 m (p + ceil(log2 L)) H, a coarser count of what Alice sends
    size_t trivial;   // ceil(log2) of her inputs: what she sends who sends all that she has
    // The bits that Alice must send, whatever the protocol, if nobody asks her anything: exact.
    bool has_one_way;
    size_t one_way;
    // The least width that a model with so many heads and such registers may have, by the count and
    // by the cited form; 0: nothing follows, since Bob asks first, or there is no head, or one_way
    // is unknown.
    size_t width, cited_width;
} OneLayerBounds;

// Needs a task of the problem's.  one_way comes from a closed form or from at most 2^22 steps of
// enumeration.
void one_layer_bounds(OneLayerBounds *b, const OneLayerCount *n, const ArithSpec *spec,
                      const Problem *problem, const Params *p, const Split *split);

// The same of a recurrent model with units of that many bits, for a split that gives Alice the
// first tokens: `width` of its units is the least that any such model has, and there is no cited
// form.
void relay_bounds(OneLayerBounds *b, size_t unit_bits, const Problem *problem, const Params *p,
                  const Split *split);

// The least width that any model of one layer may have that is right on all words of the size in
// fixed:precision with so many heads, by the task's usual split; read at the last position, whose
// token the player who sends has, or both.  0: nothing follows, since the count of rows is not
// known in closed form.  docs/protocol.md#theorem-2; of nearest neighbor and recall for a query
// that is fixed (docs/protocol.md#corollary-2).
size_t one_layer_task_width(const Problem *problem, const Params *p, size_t heads, long precision);
