import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll } from 'vitest';
import type { Operation } from '../../src/core/operation.js';

export interface SeenRoute {
  readonly method: string;
  readonly url: string;
  readonly isPublic: boolean;
  readonly operation: Operation | undefined;
}

const CHANNEL = 'fastify.initialization';

/**
 * Every route of an instance that the tests of this file start, noted as it is added, whoever adds
 * it: Nest, GraphQL or Fastify. https://fastify.dev/docs/latest/Reference/Hooks/
 */
export function seeRoutes(): (instance: FastifyInstance) => readonly SeenRoute[] {
  const seen = new Map<FastifyInstance, SeenRoute[]>();
  const onInstance = (message: unknown): void => {
    const { fastify } = message as { readonly fastify: FastifyInstance };
    const routes: SeenRoute[] = [];
    seen.set(fastify, routes);
    fastify.addHook('onRoute', ({ url, method: methods, config }) => {
      const isPublic = config?.public === true;
      for (const method of [methods].flat()) {
        routes.push({ method, url, isPublic, operation: config?.operation });
      }
    });
  };
  beforeAll(() => subscribe(CHANNEL, onInstance));
  afterAll(() => void unsubscribe(CHANNEL, onInstance));
  return (instance) => seen.get(instance) ?? [];
}
