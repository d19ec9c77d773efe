import { stopTestPostgres } from './postgres-server.js';

export default stopTestPostgres;
