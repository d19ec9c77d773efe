import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemFilter } from './problems/problem.filter.js';

/** What is answered: a status, and JSON as it goes out. */
export interface ShortAnswer {
  status: number;
  json: string;
}

/** Does all that a route's decorators would have done: it admits, reads, and refuses by throwing. */
export type ShortRoad = (request: FastifyRequest) => Promise<ShortAnswer>;

/** Marks a route that has a short road of this name. Goes into @RouteConfig. */
export const shortRoad = (name: string) => ({ shortRoad: name });

/**
 * Roads past Nest for the few routes that machines call thousands of times a second: from Fastify's hooks straight to the
 * controller, without interceptors, pipes and observables, which cost as much as all that we do there. The route is
 * declared as any other, and is documented, guarded by tests and listed as any other.
 *
 * @example
 * @RouteConfig({ ...shortRoad('chirpstack') })            // on the controller's method
 * this.roads.open('chirpstack', (request) => …);          // in onModuleInit of its controller
 */
@Injectable()
export class ShortRoads {
  private readonly roads = new Map<string, ShortRoad>();

  constructor(private readonly problems: ProblemFilter) {}

  open(name: string, road: ShortRoad): void {
    if (this.roads.has(name)) throw new Error(`two short roads are called ${name}`);
    this.roads.set(name, road);
  }

  /** Before the routes are made; roads may be opened later. */
  lay(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => {
      const { config } = route;
      const name = config !== undefined && 'shortRoad' in config ? config.shortRoad : undefined;
      if (typeof name !== 'string') return;
      route.handler = (request, reply) => {
        this.take(name, request, reply);
      };
    });
  }

  private take(name: string, request: FastifyRequest, reply: FastifyReply): void {
    const road = this.roads.get(name);
    if (road === undefined) throw new Error(`the short road ${name} is not open`);
    road(request).then(
      ({ status, json }) => reply.code(status).header('content-type', 'application/json; charset=utf-8').send(json),
      (error: unknown) => {
        this.problems.answer(error, request, reply);
      },
    );
  }
}
