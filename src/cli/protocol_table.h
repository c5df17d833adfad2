// protocol_table.h - protocols that ran, as rows: the JSON fields of docs/protocol.md#fields.
#pragma once
#include "protocol/one_layer_bounds.h"
#include "protocol/trial.h"
#include "report/table.h"

// One protocol, and what came of it.
typedef struct ProtocolReport {
    const char *name;   // of the construction or the file
    const Transformer *model;
    ArithSpec spec;
    const char *split_name;
    OneLayerCount count;
    OneLayerBounds bounds;
    Trial trial;
} ProtocolReport;

// Undo with table_clear.
void protocol_table_init(Table *t);

// Appends the row; notes show what fails, what is undecided and what the count does not bound.
void protocol_table_add(Table *t, const ProtocolReport *r);
