// protocol_table.h - protocols that ran, as rows: the JSON fields of docs/protocol.md#fields.
#pragma once
#include "protocol/one_layer_bounds.h"
#include "protocol/trial.h"
#include "report/table.h"

// One protocol, and what came of it.
typedef struct ProtocolReport {
    const char *name;   // of the construction or the file
    const Task *task;
    Params params;              // of the words
    const Transformer *model;   // of one layer; NULL: a recurrent one
    size_t width;
    ArithSpec spec;
    const char *split_name;
    OneLayerCount count;     // of a model of one layer
    size_t cut, unit_bits;   // of a recurrent one: relay.h; unit_bits 0: not known
    OneLayerBounds bounds;
    Trial trial;
} ProtocolReport;

// Undo with table_clear.
void protocol_table_init(Table *t);

// Appends the row; notes show what fails, what is undecided and what the count does not bound.
void protocol_table_add(Table *t, const ProtocolReport *r);
