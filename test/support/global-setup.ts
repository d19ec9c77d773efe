import { startTestPostgres } from './postgres-server.js';

export default startTestPostgres;
