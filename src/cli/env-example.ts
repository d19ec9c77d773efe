import { writeFileSync } from 'node:fs';
import { envExample } from '../core/config/env-example.js';

writeFileSync('.env.example', envExample());
