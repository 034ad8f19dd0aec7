/* A message as JSON, for drafts. Version 1; unknown keys are ignored, so that an older postbag can
 * open what a newer one wrote. */
#pragma once

#include "compose/message.h"

#include <jansson.h>

json_t *pb_message_to_json(const PbMessage *message);
/* NULL with PB_ERROR_DATA if a value has the wrong type. */
PbMessage *pb_message_from_json(json_t *json, GError **error);
