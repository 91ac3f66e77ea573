import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../../src/core/limits.js';
import {
  type RequestLifetime,
  RequestLifetimes,
} from '../../../../src/platform/http/request-lifetimes.js';
import { changeRequest, EventStreams } from '../../../../src/secrets/rest/event-stream.js';
import { toMetadataBody } from '../../../../src/secrets/domain/read-body.js';
import { ChangeStreamQuota } from '../../../../src/secrets/watch/change-stream-quota.js';
import {
  type ChangeStream,
  ChangeStreams,
  type StreamEvent,
} from '../../../../src/secrets/watch/change-stream.js';
import { callContext } from '../../audit/audit-builders.js';
import { refusal, storedSecret } from '../domain/secret.builder.js';

const secret = toMetadataBody(storedSecret());
const told = (cursor: string, keys: readonly string[] = []): StreamEvent => ({
  ...{ type: 'modified', secret, changedKeys: keys, cursor },
});
const until = <T>(check: () => T): Promise<T> => vi.waitFor(check, { timeout: 5_000, interval: 5 });

/** A stream whose groups the test hands out, and what its reader did. */
class HandedStream extends ChangeStreams {
  readonly asked: object[] = [];
  pulled = 0;
  isOver = false;
  refusal: SallyportError | undefined;
  next: (() => Promise<IteratorResult<readonly StreamEvent[], undefined>>) | undefined;

  override open(_ctx: object, asked: object, signal: AbortSignal): Promise<ChangeStream> {
    this.asked.push(asked);
    if (this.refusal) return Promise.reject(this.refusal);
    const iterator = {
      next: () => {
        this.pulled += 1;
        return this.next?.() ?? untilAborted(signal);
      },
      return: () => {
        this.isOver = true;
        return Promise.resolve({ done: true, value: undefined } as const);
      },
    };
    const changes = { [Symbol.asyncIterator]: () => iterator };
    return Promise.resolve({ changes, end: () => undefined });
  }

  hand(...groups: readonly (readonly StreamEvent[])[]): void {
    const left = [...groups];
    this.next = () => {
      const value = left.shift();
      if (value !== undefined) return Promise.resolve({ done: false, value });
      return Promise.resolve({ done: true, value: undefined });
    };
  }
}

async function untilAborted(signal: AbortSignal) {
  if (!signal.aborted) await once(signal, 'abort');
  return { done: true, value: undefined } as const;
}

class Held extends RequestLifetimes {
  held = 0;
  readonly leaving = new AbortController();

  override hold(_request: FastifyRequest, reply: FastifyReply): RequestLifetime {
    this.held += 1;
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort('client'));
    const signal = AbortSignal.any([gone.signal, this.leaving.signal]);
    const release = () => (this.held -= 1);
    const stillHolds = () => Promise.resolve(!signal.aborted);
    return { signal, reason: () => undefined, stillHolds, release };
  }
}

let server: FastifyInstance;
let changes: HandedStream;
let terms: Held;
let places: ChangeStreamQuota;

beforeEach(async () => {
  changes = new HandedStream();
  terms = new Held();
  places = new ChangeStreamQuota();
  const events = new EventStreams({ changes, terms, places });
  server = fastify();
  server.addHook('onRequest', async (_request, reply) => void reply.header('audit-id', 'a-1'));
  server.route({
    ...{ method: ['GET', 'HEAD'], url: '/', exposeHeadRoute: false },
    handler: async (http, reply) => {
      const answer = events.answer(callContext(), http, { namespace: 'shop' });
      await answer.takeOver?.(reply);
      return reply;
    },
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});

afterEach(async () => {
  vi.useRealTimers();
  server.server.closeAllConnections();
  await server.close();
});

async function ask(method = 'GET'): Promise<IncomingMessage> {
  const { port } = server.server.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', method, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('a client of server-sent events', () => {
  it('has each change as an event, and an end like any other', async () => {
    changes.hand([told('c1'), told('c2')], [told('c3')]);
    const response = await ask();
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      ...{ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
      ...{ 'x-accel-buffering': 'no', 'audit-id': 'a-1' },
    });
    const text = await textOf(response);
    expect([...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)).toEqual(['c1', 'c2', 'c3']);
    expect(changes.isOver).toBe(true);
    expect([terms.held, places.taken]).toEqual([0, 0]);
  });

  it('has an answer at once, and a comment now and then while nothing happens', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const response = await ask();
    const chunks: string[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    await until(() => expect(chunks.join('')).toMatch(/^retry: \d+\n\n$/));
    vi.advanceTimersByTime(2 * limits.streamHeartbeatMs);
    await until(() => expect(chunks.join('')).toMatch(/\n\n: \n\n: \n\n$/));
    response.destroy();
  });

  it('has a head without a stream where it asks for that', async () => {
    const response = await ask('HEAD');
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(await textOf(response)).toBe('');
    expect([changes.isOver, changes.pulled]).toEqual([true, 0]);
  });

  it('sees where a stream broke off', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const groups = [[told('c1')]];
    changes.next = () => {
      const value = groups.shift();
      return value ? Promise.resolve({ done: false, value }) : promise;
    };
    const response = await ask();
    reject(new Error('broken'));
    await expect(textOf(response)).rejects.toThrow('aborted');
    await until(() => expect([terms.held, places.taken]).toEqual([0, 0]));
  });

  it('that leaves ends its stream', async () => {
    const response = await ask();
    await once(response, 'data');
    expect(places.taken).toBe(1);
    response.destroy();
    await until(() => expect([changes.isOver, terms.held, places.taken]).toEqual([true, 0, 0]));
  });

  it('is refused where too many streams go on', async () => {
    for (let taken = 0; taken < limits.streamsPerUserMax; taken += 1) places.take(callContext());
    const answer = await server.inject({ url: '/' });
    expect(answer.statusCode).toBe(429);
    expect(changes.asked).toEqual([]);
  });

  it('is refused as any request is, and leaves no place taken', async () => {
    changes.refusal = new SallyportError('Forbidden', 'no');
    const answer = await server.inject({ url: '/' });
    expect(answer.statusCode).toBe(403);
    expect([terms.held, places.taken]).toEqual([0, 0]);
  });
});

describe('a client that does not read', () => {
  const large = [told('c', ['x'.repeat(200_000)])];

  it('has nothing more made for it, and is gone on with when it reads', async () => {
    changes.next = () => Promise.resolve({ done: false, value: large });
    const response = await ask();
    response.pause();
    let before = -1;
    await vi.waitFor(
      () => {
        const isStill = changes.pulled === before;
        before = changes.pulled;
        expect(isStill).toBe(true);
      },
      { timeout: 10_000, interval: 200 },
    );
    response.resume();
    await until(() => expect(changes.pulled).toBeGreaterThan(before));
    response.destroy();
    await until(() => expect([changes.isOver, places.taken]).toEqual([true, 0]));
  });

  it('is let go after a while', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    changes.next = () => Promise.resolve({ done: false, value: large });
    const response = await ask();
    response.pause();
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(limits.streamStalledMsMax);
      expect(places.taken).toBe(0);
    });
    expect(changes.isOver).toBe(true);
  });

  it('is let go soon where its stream has ended', async () => {
    changes.next = () => Promise.resolve({ done: false, value: large });
    const response = await ask();
    response.pause();
    let before = -1;
    await vi.waitFor(
      () => {
        const isStill = changes.pulled === before;
        before = changes.pulled;
        expect(isStill).toBe(true);
      },
      { timeout: 10_000, interval: 200 },
    );
    terms.leaving.abort('leaving');
    await until(() => expect([changes.isOver, terms.held, places.taken]).toEqual([true, 0, 0]));
    response.destroy();
  });
});

describe('a request', () => {
  const input = { params: { namespace: 'shop' }, query: {} };
  const withId = (id?: string) =>
    ({ headers: { 'last-event-id': id } }) as unknown as FastifyRequest;

  it('may say where it goes on, and what it is about', () => {
    const query = { labelSelector: 'a', fieldSelector: 'type=b', limit: undefined };
    expect(changeRequest({ ...input, query }, withId('abc'))).toEqual({
      ...{ namespace: 'shop', labelSelector: 'a', fieldSelector: 'type=b', after: 'abc' },
    });
    expect(changeRequest(input, withId('')).after).toBeUndefined();
  });

  it.each(['limit', 'continue', 'deleted', 'consistency'])('may not say %s', (name) => {
    const refused = refusal(() => changeRequest({ ...input, query: { [name]: 'x' } }, withId()));
    expect(refused).toMatchObject({ code: 'BadRequest', errors: [{ pointer: `/query/${name}` }] });
  });

  it('may not say where it goes on at length', () => {
    const refused = refusal(() => changeRequest(input, withId('x'.repeat(8_193))));
    expect(refused.code).toBe('BadRequest');
  });
});
