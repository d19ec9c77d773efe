import type { Queryable } from '../../src/core/database/tx.js';

const id = '0199f000-0000-7000-8000-000000000001';

/** One row a table, in the order that foreign keys ask for: what a database in use looks like to a migration. */
const inserts = [
  `INSERT INTO tenants (id, name, slug) VALUES ('${id}', 'a tenant', 'a-tenant')`,
  `INSERT INTO users (id, email, username, password_hash) VALUES ('${id}', 'ann@example.com', 'ann', 'x')`,
  `INSERT INTO memberships (tenant_id, user_id, role) VALUES ('${id}', '${id}', 'admin')`,
  `INSERT INTO oidc_identities (issuer, subject, tenant_id, user_id, role_as_of)
   VALUES ('https://issuer.example', 'ann', '${id}', '${id}', now())`,
  `INSERT INTO sessions (id, user_id, tenant_id, expires_at) VALUES ('${id}', '${id}', '${id}', now())`,
  `INSERT INTO api_keys (id, tenant_id, name, prefix, secret_hash, scopes) VALUES ('${id}', '${id}', 'a key', 'x', '', '{}')`,
  `INSERT INTO signing_keys (id, algorithm, public_jwk, private_key_sealed) VALUES ('a key', 'ES256', '{}', 'x')`,
  `INSERT INTO throttles (key, count, counted_at, blocked_until) VALUES ('x', 1, now(), now())`,
  `INSERT INTO changes (tenant_id, kind, entity_id) VALUES ('${id}', 'device', '${id}')`,
  `INSERT INTO notices (tenant_id, kind, filename) VALUES ('${id}', 'configs', 'a file')`,
  `INSERT INTO configs (id, tenant_id, mac, content, revision, last_revision)
   VALUES ('${id}', '${id}', 'a4-cf-12-6b-00-7e', '{}', 1, 1)`,
  `INSERT INTO config_revisions (tenant_id, config_id, revision, content, made_by)
   VALUES ('${id}', '${id}', 1, '{}', 'user')`,
  `INSERT INTO config_files (folder_id, tenant_id, mac, revision, digest)
   VALUES ('${id}', '${id}', 'a4-cf-12-6b-00-7e', 1, 'x')`,
  `INSERT INTO workers (id, role, host, pid, slots, lease_until) VALUES ('${id}', 'all', 'here', 1, 1, now())`,
  `INSERT INTO lanes (id, tenant_id, kind) VALUES ('${id}', '${id}', 'deliveries')`,
  `INSERT INTO jobs (id, tenant_id, lane_id, kind) VALUES ('${id}', '${id}', '${id}', 'process-event')`,
  `INSERT INTO labels (id, tenant_id, name) VALUES ('${id}', '${id}', 'a label')`,
  `INSERT INTO functions (id, tenant_id, name, code) VALUES ('${id}', '${id}', 'a function', 'x')`,
  `INSERT INTO function_versions (tenant_id, function_id, version, code) VALUES ('${id}', '${id}', 1, 'x')`,
  `INSERT INTO place_profiles (id, tenant_id, name) VALUES ('${id}', '${id}', 'a kind of place')`,
  `INSERT INTO places (id, tenant_id, name, profile_id) VALUES ('${id}', '${id}', 'a place', '${id}')`,
  `INSERT INTO device_profiles (id, tenant_id, name, codec_function_id, default_place_id)
   VALUES ('${id}', '${id}', 'a profile', '${id}', '${id}')`,
  `INSERT INTO device_profile_labels (tenant_id, profile_id, label_id) VALUES ('${id}', '${id}', '${id}')`,
  `INSERT INTO api_key_labels (tenant_id, api_key_id, label_id) VALUES ('${id}', '${id}', '${id}')`,
  `INSERT INTO devices (id, tenant_id, name) VALUES ('${id}', '${id}', 'a device')`,
  `INSERT INTO device_labels (tenant_id, device_id, label_id) VALUES ('${id}', '${id}', '${id}')`,
  `INSERT INTO device_imports (id, tenant_id, format, dry_run, on_conflict, state, requested_by)
   VALUES ('${id}', '${id}', 'csv', false, 'refuse', 'running', '{}')`,
  `INSERT INTO device_import_rows (tenant_id, import_id, position, "row", given) VALUES ('${id}', '${id}', 1, 2, '{}')`,
  `INSERT INTO device_state (device_id, tenant_id) VALUES ('${id}', '${id}')`,
  `INSERT INTO device_twins (device_id, tenant_id) VALUES ('${id}', '${id}')`,
  `INSERT INTO twin_changes (id, tenant_id, device_id, side, version, change, actor_kind)
   VALUES ('${id}', '${id}', '${id}', 'target', 1, '{}', 'user')`,
  `INSERT INTO device_keys (id, tenant_id, device_id, origin, prefix, secret_hash)
   VALUES ('${id}', '${id}', '${id}', 'issued', 'fld_x', '')`,
  `INSERT INTO device_access_tokens (tenant_id, device_id, token_hash, token_sealed) VALUES ('${id}', '${id}', '', 'x')`,
  `INSERT INTO keycloak_clients (tenant_id, device_id, client_id) VALUES ('${id}', '${id}', 'iotdevice-x')`,
  `INSERT INTO keycloak_removals (client_id, tenant_id, due_at) VALUES ('iotdevice-y', '${id}', now())`,
  `INSERT INTO device_tokens (id, tenant_id, device_id, prefix, secret_hash) VALUES ('${id}', '${id}', '${id}', 'flt_x', '')`,
  `INSERT INTO provisioning_keys (id, tenant_id, name, prefix, secret_hash, profile_id, place_id)
   VALUES ('${id}', '${id}', 'a fleet', 'flp_x', '', '${id}', '${id}')`,
  `INSERT INTO provisioning_key_labels (tenant_id, provisioning_key_id, label_id) VALUES ('${id}', '${id}', '${id}')`,
  `INSERT INTO device_registrations (tenant_id, provisioning_key_id, device_id, registration_id, registered_at, address)
   VALUES ('${id}', '${id}', '${id}', '${id}', now(), '192.0.2.1')`,
  `INSERT INTO series_keys (tenant_id, device_id, key_id, key) VALUES ('${id}', '${id}', 1, 'temperature')`,
  `INSERT INTO series_days (tenant_id, device_id, day, key_id, part, times, values, starts, points, low, high, total, last)
   VALUES ('${id}', '${id}', '2026-11-20', 1, 0, '{0}', '{1}', 0, 1, 1, 1, 1, 1)`,
  `INSERT INTO device_events (id, tenant_id, device_id, "time", source, event, body)
   VALUES ('${id}', '${id}', '${id}', now(), 'chirpstack', 'up', '')`,
  `INSERT INTO decoded_values (event_id, tenant_id, device_id) VALUES ('${id}', '${id}', '${id}')`,
  `INSERT INTO parked_messages (id, tenant_id, dev_eui, "time", source, event, body)
   VALUES ('${id}', '${id}', '0000000000000A01', now(), 'chirpstack', 'up', '')`,
  `INSERT INTO intake_outages (began_at, ended_at) VALUES (now() - interval '1 hour', now())`,
  `INSERT INTO news (tenant_id, kind, entity_id) VALUES ('${id}', 'device_event', '${id}')`,
  `INSERT INTO news_listeners (tenant_id, listens_until) VALUES ('${id}', now())`,
  `INSERT INTO event_keys_current (key, event_id) VALUES ('${id}', '${id}')`,
  `INSERT INTO event_keys_previous (key, event_id) VALUES ('${id}', '${id}')`,
  `INSERT INTO integrations (id, tenant_id, name, type, config) VALUES ('${id}', '${id}', 'an integration', 'http', '{}')`,
  `INSERT INTO storages (id, tenant_id, name, type, config) VALUES ('${id}', '${id}', 'a storage', 'influxdb', '{}')`,
  `INSERT INTO flows (id, tenant_id, name) VALUES ('${id}', '${id}', 'a flow')`,
  `INSERT INTO flow_versions (tenant_id, flow_id, version, nodes, edges) VALUES ('${id}', '${id}', 1, '[]', '[]')`,
  `INSERT INTO flow_nodes (tenant_id, flow_id, node_id, type, entity_id) VALUES ('${id}', '${id}', 'a', 'label', '${id}')`,
  `INSERT INTO device_contexts (id, tenant_id, context) VALUES ('${id}', '${id}', '{}')`,
  `INSERT INTO flow_runs (id, tenant_id, flow_id, event_id, device_id, context_id, started_at, flow_version, pending,
                          succeeded, failed, status, trigger_source)
   VALUES ('${id}', '${id}', '${id}', '${id}', '${id}', '${id}', now(), 1, 1, 0, 0, 'running', 'label')`,
  `INSERT INTO flow_steps (run_id, tenant_id, entity_id, started_at, duration_us, entity_version, seq, input_seq, type,
                           status, node_id)
   VALUES ('${id}', '${id}', '${id}', now(), 1, 1, 1, 0, 'function', 'success', 'a')`,
  `INSERT INTO waiting_deliveries (id, tenant_id, run_id, flow_id, destination_id, created_at, next_attempt_at, seq,
                                   input_seq, continues, node_id, payload)
   VALUES ('${id}', '${id}', '${id}', '${id}', '${id}', now(), now(), 2, 1, false, 'b', '')`,
  `INSERT INTO deliveries (id, tenant_id, run_id, flow_id, destination_id, created_at, finished_at, seq, input_seq,
                           status, node_id, attempts)
   VALUES ('${id}', '${id}', '${id}', '${id}', '${id}', now(), now(), 3, 1, 'delivered', 'c', '[]')`,
  `INSERT INTO replays (id, tenant_id, destination_id, statuses, from_id, before_id, position, total, state)
   VALUES ('${id}', '${id}', '${id}', '{failed}', '${id}', '${id}', '${id}', 1, 'running')`,
  `INSERT INTO invitations (id, tenant_id, email, role, secret_hash, expires_at)
   VALUES ('${id}', '${id}', 'bob@example.com', 'viewer', '', now())`,
  `INSERT INTO identities (id, tenant_id, uuid) VALUES ('${id}', '${id}', 'a-uuid')`,
  `INSERT INTO upstream_registrations (id, tenant_id, api_endpoint, request, state)
   VALUES ('${id}', '${id}', 'https://example.com', '{}', 'linked')`,
  `INSERT INTO identity_states (tenant_id, kind, version, state, source) VALUES ('${id}', 'target', 1, '{}', 'local')`,
  `INSERT INTO assets (id, tenant_id, filename, last_version) VALUES ('${id}', '${id}', 'a.bin', 1)`,
  `INSERT INTO asset_keys (id, tenant_id, name, bits, fingerprint, public_key)
   VALUES ('${id}', '${id}', 'a key', 2048, 'x', 'x')`,
  `INSERT INTO asset_versions (id, tenant_id, asset_id, version, size, sha256, signed_at, signed_what, signature, key_fingerprint)
   VALUES ('${id}', '${id}', '${id}', 1, 1, 'x', 'x', 'file', 'x', 'x')`,
  `INSERT INTO used_asset_signatures (tenant_id, digest, expires_at) VALUES ('${id}', '${id}', now())`,
  `INSERT INTO firmware_offers (tenant_id, profile_id, asset_id, pinned_version) VALUES ('${id}', '${id}', '${id}', 1)`,
  `INSERT INTO audit_log (id, tenant_id, actor_kind, action, subject_kind, changes)
   VALUES ('${id}', '${id}', 'system', 'label.updated', 'label', '{}')`,
];

export async function insertOneOfEverything(db: Queryable): Promise<void> {
  for (const insert of inserts) await db.query(insert);
}
