import { RouteTable } from '../../src/core/http/route-table.js';
import type { TestApp } from '../support/app.js';

/** Every route as the router has it, `GET /api/v1/devices/:id`, but for what it answers by itself. */
export function allRoutes(server: TestApp): string[] {
  const known = server.app.get(RouteTable).list();
  const asked = known.filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS');
  return [...new Set(asked.map(({ method, pattern }) => `${method} ${pattern}`))].sort();
}

/** `/api/v1/devices/:id` as the document writes it. */
export function documentedPath(route: string): string {
  return route.replace(/:(\w+)/g, '{$1}');
}
