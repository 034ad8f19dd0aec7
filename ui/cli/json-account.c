#include "ui/cli/json-account.h"

#include "ui/cli/output.h"

json_t *pb_json_identity(const PbIdentity *identity) {
    json_t *object = json_object();

    json_object_set_new(object, "id", pb_output_json_text(identity->id));
    json_object_set_new(object, "account", pb_output_json_text(identity->account));
    json_object_set_new(object, "name", pb_output_json_text(identity->name));
    json_object_set_new(object, "address", pb_output_json_text(identity->address));
    json_object_set_new(object, "aliases", pb_output_json_list(identity->aliases));
    json_object_set_new(object, "reply_to", pb_output_json_text(identity->reply_to));
    json_object_set_new(object, "organization", pb_output_json_text(identity->organization));
    json_object_set_new(object, "signature", pb_output_json_text(identity->signature));
    json_object_set_new(object, "bcc_self", pb_output_json_text(identity->bcc_self));
    json_object_set_new(object, "dsn", pb_output_json_text(identity->dsn));
    return object;
}

static json_t *json_pause(const PbPause *pause) {
    json_t *object;

    if (pause == NULL)
        return json_null();
    object = json_object();
    json_object_set_new(object, "reason", pb_output_json_text(pause->reason));
    json_object_set_new(object, "note", pb_output_json_text(pause->note));
    json_object_set_new(object, "since", pb_output_json_time(pause->since));
    json_object_set_new(object, "waiting", json_integer(pause->waiting));
    return object;
}

static json_t *identities_of(PbAccountList *accounts, const char *account) {
    json_t *array = json_array();

    for (guint i = 0; i < pb_account_list_identity_count(accounts); i++) {
        const PbIdentity *identity = pb_account_list_identity_at(accounts, i);

        if (g_strcmp0(identity->account, account) == 0)
            json_array_append_new(array, pb_json_identity(identity));
    }
    return array;
}

json_t *pb_json_account(PbAccountList *accounts, const PbAccount *account, const PbPause *pause) {
    const PbIdentity *first = pb_account_list_identity_of(accounts, account->name);
    json_t *object = json_object();

    json_object_set_new(object, "name", pb_output_json_text(account->name));
    json_object_set_new(object, "address",
                        pb_output_json_text(first != NULL ? first->address : NULL));
    json_object_set_new(object, "host", pb_output_json_text(account->host));
    json_object_set_new(object, "port", json_integer(account->port));
    json_object_set_new(object, "security",
                        pb_output_json_text(pb_security_to_string(account->security)));
    json_object_set_new(object, "username", pb_output_json_text(account->username));
    json_object_set_new(object, "auth", pb_output_json_text(account->auth));
    json_object_set_new(object, "password", pb_output_json_text(account->password));
    json_object_set_new(object, "ca_file", pb_output_json_text(account->ca_file));
    json_object_set_new(object, "pin_sha256", pb_output_json_text(account->pin_sha256));
    json_object_set_new(object, "client_certificate",
                        pb_output_json_text(account->client_certificate));
    json_object_set_new(object, "timeout", json_integer(account->timeout));
    json_object_set_new(object, "ehlo_name", pb_output_json_text(account->ehlo_name));
    json_object_set_new(object, "sent", pb_output_json_text(account->sent));
    json_object_set_new(object, "reports", pb_output_json_text(account->reports));
    json_object_set_new(object, "default",
                        json_boolean(account == pb_account_list_default(accounts)));
    json_object_set_new(object, "sandbox", json_boolean(account->sandbox));
    json_object_set_new(object, "paused", json_pause(pause));
    json_object_set_new(object, "identities", identities_of(accounts, account->name));
    return object;
}
