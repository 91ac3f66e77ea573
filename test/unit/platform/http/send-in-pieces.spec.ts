import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { createFastify } from '../../../../src/platform/http/fastify-instance.js';
import { sendInPieces } from '../../../../src/platform/http/send-in-pieces.js';

const long = Buffer.alloc(3 * limits.answerPieceBytes + 7, 'ü');
let instance: FastifyInstance;

beforeEach(() => {
  instance = createFastify();
  sendInPieces(instance);
  instance.get('/bytes', (_request, reply) => reply.send(long));
  instance.get('/text', (_request, reply) => reply.type('text/plain').send(long.toString()));
  instance.get('/short', (_request, reply) => reply.send('short'));
});
afterEach(() => instance.close());

it.each(['/bytes', '/text'])('sends the whole of %s with its length', async (url) => {
  const sent = await instance.inject({ url });
  const expected = url === '/text' ? Buffer.from(long.toString()) : long;
  const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  expect(sent.statusCode).toBe(200);
  expect(sent.headers['content-length']).toBe(String(expected.byteLength));
  expect(sent.headers['transfer-encoding']).toBeUndefined();
  expect(hash(sent.rawPayload)).toBe(hash(expected));
});

it('leaves a short one and the answer to HEAD alone', async () => {
  expect((await instance.inject({ url: '/short' })).body).toBe('short');
  const head = await instance.inject({ method: 'HEAD', url: '/bytes' });
  expect([head.headers['content-length'], head.body]).toEqual([String(long.byteLength), '']);
});
