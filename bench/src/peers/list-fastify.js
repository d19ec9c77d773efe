import Fastify from 'fastify';
import pg from 'pg';
import { answerParent } from '../processes/answer-parent.js';

/*
 * The limit for a list: the same rows by the same SQL, one prepared statement a request, written as JSON. Nobody is
 * asked who they are, nothing is checked, counted or named differently.
 */
const { databaseUrl, tenantId, limit } = JSON.parse(process.argv[2]);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 });
const select = {
  name: 'list',
  text: `
    SELECT d.id, d.name, d.dev_eui, d.mac, d.uuid, d.serial, d.app_eui, d.app_key_sealed IS NOT NULL AS app_key,
      d.description, d.site,
      ARRAY(SELECT w.label_id FROM device_labels w WHERE w.tenant_id = d.tenant_id AND w.device_id = d.id
            ORDER BY w.label_id) AS label_ids,
      d.profile_id, d.place_id, f.name AS profile_name, l.name AS place_name, d.expected_transmit_time, s.status, s.last_seen_at, s.latest, d.metadata, d.location, d.created_at, d.updated_at
    FROM devices d JOIN device_state s ON s.tenant_id = d.tenant_id AND s.device_id = d.id
      LEFT JOIN device_profiles f ON f.tenant_id = d.tenant_id AND f.id = d.profile_id
      LEFT JOIN places l ON l.tenant_id = d.tenant_id AND l.id = d.place_id
    WHERE d.tenant_id = $1 AND d.deleted_at IS NULL
    ORDER BY d.created_at DESC, d.id DESC LIMIT $2`,
};

const app = Fastify();
app.get('/devices', async () => (await pool.query({ ...select, values: [tenantId, limit] })).rows);
await app.listen({ host: '127.0.0.1', port: 0 });
answerParent({}, { port: Number(new URL(app.listeningOrigin).port) });
