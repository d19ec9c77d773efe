import { describe, expect, it } from '@jest/globals';
import { RouteTable } from './route-table.js';

describe('RouteTable', () => {
  const routes = new RouteTable();
  routes.add(['GET', 'HEAD'], '/api/v1/devices/:id');
  routes.add('DELETE', '/api/v1/devices/:id');
  routes.add('GET', '/api/configs/:mac.json');
  routes.add('OPTIONS', '*');

  it('knows what a concrete path answers to', () => {
    expect(routes.methodsAt('/api/v1/devices/7')).toEqual(['DELETE', 'GET', 'HEAD']);
    expect(routes.methodsAt('/api/v1/devices')).toEqual([]);
    expect(routes.methodsAt('/api/v1/devices/7/x')).toEqual([]);
  });

  it('takes no path for a pattern', () => {
    expect(routes.methodsAt('/api/v1/devices/')).toEqual([]);
    expect(routes.methodsAt('(')).toEqual([]);
  });
});
