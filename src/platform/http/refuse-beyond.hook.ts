import { finished } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import './request.js';

/**
 * Refuses a request before its body is read if its credential already sends the operation's maximum
 * of bodies. The response is 429, to be retried after a second.
 */
export function refuseBeyond(instance: FastifyInstance): void {
  const reading = new Map<string, number>();
  const ends = new WeakMap<FastifyRequest, () => void>();
  const begin = (key: string): (() => void) => {
    reading.set(key, (reading.get(key) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = (reading.get(key) ?? 1) - 1;
      if (left > 0) reading.set(key, left);
      else reading.delete(key);
    };
  };
  instance.addHook('preParsing', (request, reply, _payload, done) => {
    const { operation } = request.routeOptions.config;
    if (operation?.bodiesAtOnceMax === undefined) {
      done();
      return;
    }
    const { kind, credentialId, username } = request.principal ?? {};
    const key = JSON.stringify([operation.id, kind, credentialId || username]);
    if ((reading.get(key) ?? 0) >= operation.bodiesAtOnceMax) {
      const headers = { 'retry-after': '1' };
      throw new SallyportError('TooManyRequests', 'too many of these at once', { headers });
    }
    const end = begin(key);
    ends.set(request, end);
    // Also if the client disconnects.
    finished(reply.raw, end);
    done();
  });
  instance.addHook('preHandler', (request, _reply, done) => {
    ends.get(request)?.();
    done();
  });
}
