import { Injectable } from '@nestjs/common';

export interface Route {
  method: string;
  /** As the router has it: `/api/v1/devices/:id`. */
  pattern: string;
}

/** Every route that the router really has; it tells an unknown path from a wrong method. */
@Injectable()
export class RouteTable {
  private readonly routes: (Route & { matches: RegExp })[] = [];

  add(method: string | readonly string[], pattern: string): void {
    for (const one of [method].flat()) this.routes.push({ method: one, pattern, matches: regExpOf(pattern) });
  }

  list(): readonly Route[] {
    return this.routes;
  }

  /** The methods that a concrete path answers to; only looked up for requests that found no route. */
  methodsAt(path: string): string[] {
    const known = this.routes.filter((route) => !route.pattern.includes('*') && route.matches.test(path));
    return [...new Set(known.map((route) => route.method))].sort();
  }
}

function regExpOf(pattern: string): RegExp {
  const parts = pattern.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll(/[^\w-]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
