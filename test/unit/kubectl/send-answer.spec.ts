import { on, once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RefusedByCluster } from '../../../src/core/errors/refused-by-cluster.js';
import { SallyportError, unavailable } from '../../../src/core/errors/sallyport-error.js';
import type { RawAnswer, RawStream } from '../../../src/core/forwarding.js';
import { limits } from '../../../src/core/limits.js';
import type { FacadeAnswer } from '../../../src/kubectl/domain/facade.js';
import { chunksOf, jsonAnswer } from './facade.builder.js';
import { connect, facadeServer, type FacadeWishes } from './served-facade.js';

const MIN = limits.kubectlGzipBytesMin;
const secret = '/kubernetes/api/v1/namespaces/pay/secrets/db';
const secrets = '/kubernetes/api/v1/namespaces/pay/secrets';
const watch = `${secrets}?watch=true`;
const json = { 'content-type': 'application/json' };
const answerOf = (bytes: number): RawAnswer => ({
  ...{ status: 200, headers: json },
  body: Buffer.alloc(bytes, '{"a":"b"} '),
});
const streamOf = (chunks: AsyncIterable<Buffer>): RawStream => ({
  ...{ status: 200, headers: json },
  chunks,
});

describe('an answer', () => {
  const open: ReturnType<typeof facadeServer>[] = [];
  afterEach(async () => {
    for (const { instance, leaving } of open.splice(0)) {
      leaving.abort();
      instance.server.closeAllConnections();
      await instance.close();
    }
  });

  function serve(given: () => FacadeAnswer | Promise<FacadeAnswer>, wishes: FacadeWishes = {}) {
    const server = facadeServer({ forward: async () => given(), ...wishes });
    open.push(server);
    const ask = (
      url: string,
      headers: Record<string, string> = {},
      method: 'GET' | 'HEAD' = 'GET',
    ) => server.instance.inject({ method, url, headers });
    return { ...server, ask };
  }

  /** Chunks of a list or watch, and whether its reader has ended it. */
  function endable(...chunks: readonly Buffer[]) {
    const end = Promise.withResolvers<void>();
    async function* generate(signal?: AbortSignal) {
      try {
        yield* chunks;
        if (signal !== undefined && !signal.aborted) await once(signal, 'abort');
      } finally {
        end.resolve();
      }
    }
    return { generate, ended: end.promise };
  }

  describe('that is whole', () => {
    it('goes on as it came, with the fields of every answer', async () => {
      const headers = { ...json, warning: '299 - "old"' };
      const body = Buffer.from('{ "as": "it came" }\n');
      const { ask } = serve(() => ({ status: 201, headers, body }));
      const answered = await ask(secret);
      expect(answered.statusCode).toBe(201);
      expect(answered.rawPayload).toEqual(body);
      expect(answered.headers).toMatchObject({
        ...headers,
        'content-length': String(body.byteLength),
        'audit-id': expect.any(String),
        'cache-control': 'no-store',
      });
    });

    it.each([
      [MIN - 1, 'gzip', undefined],
      [MIN, 'gzip', 'gzip'],
      [MIN, 'deflate, gzip;q=0.5', 'gzip'],
      [MIN, 'br,gzip', 'gzip'],
      [MIN, 'gzip;q=0', undefined],
      [MIN, 'gzip; q=0.000, identity', undefined],
      [MIN, 'identity', undefined],
      [MIN, 'x-gzip', undefined],
      [MIN, '', undefined],
    ])('of %i bytes to who takes %j has the encoding %j', async (bytes, accepted, encoding) => {
      const whole = answerOf(bytes);
      const { ask } = serve(() => whole);
      const { headers, rawPayload } = await ask(secret, { 'accept-encoding': accepted });
      expect(headers['content-encoding']).toBe(encoding);
      expect(encoding === 'gzip' ? gunzipSync(rawPayload) : rawPayload).toEqual(whole.body);
    });

    it('is not compressed twice', async () => {
      const compressed = { ...json, 'content-encoding': 'gzip', etag: '"U"' };
      const whole = { ...answerOf(MIN), headers: compressed };
      const { ask } = serve(() => whole, { answering: () => whole });
      const answered = await ask('/kubernetes/api', { 'accept-encoding': 'gzip' });
      expect(answered.headers).toMatchObject(compressed);
      expect(answered.rawPayload).toEqual(whole.body);
    });

    it.each([
      [10, undefined],
      [MIN, 'gzip'],
    ])('of %i bytes has its head alone where that is asked for', async (bytes, encoding) => {
      const { ask } = serve(() => answerOf(bytes));
      const accepted = { 'accept-encoding': 'gzip' };
      const [head, whole] = [await ask(secret, accepted, 'HEAD'), await ask(secret, accepted)];
      expect(head.rawPayload).toHaveLength(0);
      expect(head.headers['content-encoding']).toBe(encoding);
      expect(head.headers['content-length']).toBe(String(whole.rawPayload.byteLength));
      expect(head.headers['content-type']).toBe(json['content-type']);
    });

    it.each(['/kubernetes/api', '/kubernetes/openapi/v2'])(
      'says nothing of a body that the client has already (%s)',
      async (path) => {
        const known = { status: 304, headers: { etag: '"U"' }, body: Buffer.alloc(0) };
        const { ask } = serve(() => known, { answering: () => known });
        const { statusCode, headers, rawPayload } = await ask(path, { 'if-none-match': '"U"' });
        expect([statusCode, rawPayload.byteLength]).toEqual([304, 0]);
        expect(headers).toMatchObject({ etag: '"U"' });
        expect(headers).not.toHaveProperty('content-type');
        expect(headers).not.toHaveProperty('content-length');
      },
    );

    it.each(['GET', 'HEAD'] as const)("refuses in the cluster's words (%s)", async (method) => {
      const { body, headers } = jsonAnswer({ kind: 'Status', message: 'as it came' });
      const error = new SallyportError('Conflict', 'in ours');
      const refusal = new RefusedByCluster(error, { status: 409, headers, body });
      const { ask } = serve(() => Promise.reject(refusal));
      const answered = await ask(secret, {}, method);
      expect(answered.statusCode).toBe(409);
      expect(answered.rawPayload).toEqual(method === 'GET' ? body : Buffer.alloc(0));
    });
  });

  describe('that is a list', () => {
    const long = Buffer.alloc(MIN, 'x');
    const refused = unavailable('the audit trail cannot be written');

    it('is sent whole where it is short, and streamed where it is long', async () => {
      for (const bodies of [
        ['{"items":[', ']}'],
        [long, 'y', long],
      ]) {
        const { ask } = serve(() => streamOf(chunksOf(...bodies)));
        const whole = Buffer.concat(bodies.map((body) => Buffer.from(body)));
        const plain = await ask(secrets);
        expect(plain.rawPayload).toEqual(whole);
        expect(plain.headers).toMatchObject({ ...json, 'audit-id': expect.any(String) });
        const packed = await ask(secrets, { 'accept-encoding': 'gzip' });
        const isLong = whole.byteLength >= MIN;
        expect(packed.headers['content-encoding']).toBe(isLong ? 'gzip' : undefined);
        expect(isLong ? gunzipSync(packed.rawPayload) : packed.rawPayload).toEqual(whole);
      }
    });

    it('is refused as any other answer while nothing of it has left', async () => {
      async function* broken(): AsyncGenerator<Buffer> {
        yield Buffer.from('{"items":[');
        throw refused;
      }
      const { ask } = serve(() => streamOf(broken()));
      const { statusCode, body } = await ask(secrets);
      expect(statusCode).toBe(503);
      expect(JSON.parse(body)).toMatchObject({ kind: 'Status', code: 503, status: 'Failure' });
    });

    it('breaks off the connection afterwards, so that nobody takes it for whole', async () => {
      async function* broken(): AsyncGenerator<Buffer> {
        yield long;
        throw refused;
      }
      const { instance } = serve(() => streamOf(broken()));
      const head = await (await connect(instance, secrets)).head;
      const received = head.resume().toArray();
      await expect(received).rejects.toMatchObject({ code: 'ECONNRESET' });
    });

    it('has its head alone where that is asked for, and is ended', async () => {
      const { generate, ended } = endable(long, long);
      const { ask } = serve(() => streamOf(generate()));
      const { headers, rawPayload } = await ask(secrets, {}, 'HEAD');
      await ended;
      expect(rawPayload).toHaveLength(0);
      expect(headers['content-type']).toBe(json['content-type']);
    });

    it('is ended by a client that goes away', async () => {
      const { generate, ended } = endable(...Array.from({ length: 400 }, () => long));
      const { instance } = serve(() => streamOf(generate()));
      const { outgoing, head } = await connect(instance, secrets);
      await once(await head, 'readable');
      outgoing.destroy();
      await ended;
    });

    it('is ended by one that went away before any of it had come', async () => {
      const { generate, ended } = endable(long, long, long);
      const gone = Promise.withResolvers<void>();
      const asked = Promise.withResolvers<void>();
      const late = async () => {
        asked.resolve();
        await gone.promise;
        return streamOf(generate());
      };
      const { instance } = serve(late);
      instance.server.once('connection', (socket) => socket.once('close', () => gone.resolve()));
      const { outgoing } = await connect(instance, secrets);
      await asked.promise;
      outgoing.destroy();
      await ended;
    });
  });

  describe('that is a watch', () => {
    const event = (name: string) => Buffer.from(`{"type":"ADDED","object":"${name}"}\n`);

    it('sends its head at once and each event as it comes, never compressed', async () => {
      const events = [Promise.withResolvers<Buffer>(), Promise.withResolvers<Buffer>()] as const;
      async function* generate() {
        for (const { promise } of events) yield promise;
      }
      const { instance, watches } = serve(() => streamOf(generate()));
      const response = await (await connect(instance, watch)).head;
      expect(response.headers).toMatchObject({ ...json, 'audit-id': expect.any(String) });
      expect(response.headers).not.toHaveProperty('content-encoding');
      expect(watches.taken).toBe(1);
      const received = on(response, 'data', { close: ['end'] });
      for (const [index, { resolve }] of events.entries()) {
        resolve(event(`e${index}`));
        // A chunk is what it was sent as.
        expect((await received.next()).value).toEqual([event(`e${index}`)]);
      }
      await received.next();
      await expect.poll(() => watches.taken).toBe(0);
    });

    it.each(['client', 'gateway'])('is ended where its %s goes', async (who) => {
      const { generate, ended } = endable(event('a'));
      const server = serve(() => streamOf(generate()), {
        forward: async (ctx) => streamOf(generate(ctx.signal)),
      });
      const { outgoing, head } = await connect(server.instance, watch);
      await once(await head, 'readable');
      if (who === 'client') outgoing.destroy();
      else server.leaving.abort();
      await ended;
      await expect.poll(() => server.watches.taken).toBe(0);
    });

    it('holds nothing for a client that does not read its end', async () => {
      let isEnded = false;
      async function* generate() {
        try {
          for (;;) yield Buffer.alloc(1024 * 1024, '\n');
        } finally {
          isEnded = true;
        }
      }
      const end = new AbortController();
      const { instance, watches } = serve(() => ({ ...streamOf(generate()), end: end.signal }));
      await (
        await connect(instance, watch)
      ).head;
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        end.abort();
        vi.advanceTimersByTime(limits.kubectlUnreadEndMsMax);
      } finally {
        vi.useRealTimers();
      }
      await expect.poll(() => isEnded).toBe(true);
      await expect.poll(() => watches.taken).toBe(0);
    });

    it('is ended by a client that went away before any of it had come', async () => {
      const { generate, ended } = endable(event('a'));
      const gone = Promise.withResolvers<void>();
      const asked = Promise.withResolvers<void>();
      const { instance, watches } = serve(() => answerOf(0), {
        forward: async ({ signal }) => {
          asked.resolve();
          await gone.promise;
          return streamOf(generate(signal));
        },
      });
      instance.server.once('connection', (socket) => socket.once('close', () => gone.resolve()));
      const { outgoing } = await connect(instance, watch);
      await asked.promise;
      outgoing.destroy();
      await ended;
      await expect.poll(() => watches.taken).toBe(0);
    });
  });
});
