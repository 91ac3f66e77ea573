import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../../src/core/limits.js';
import { chargeAnswers } from '../../../../src/platform/http/charge-answers.js';
import { createFastify } from '../../../../src/platform/http/fastify-instance.js';
import { principal } from '../../audit/audit-builders.js';

const long = Buffer.alloc(limits.answerBytesFree + 1_000);
let instance: FastifyInstance;
let charged: [string, number][];
let refusal: SallyportError | undefined;

beforeEach(() => {
  charged = [];
  refusal = undefined;
  instance = createFastify();
  instance.addHook('onRequest', async (request) => {
    if (request.headers['x-user']) request.principal = principal('app');
  });
  const count = ({ username }: { readonly username: string }, bytes: number): void => {
    if (refusal) throw refusal;
    charged.push([username, bytes]);
  };
  chargeAnswers(instance, { answered: count, admitAnswer: count });
  instance.setErrorHandler((error, _request, reply) =>
    reply.status((error as SallyportError).status).send('refused'),
  );
  instance.get('/short', (_request, reply) => reply.send(long.subarray(1_000)));
  instance.get('/bytes', (_request, reply) => reply.send(long));
  instance.get('/text', (_request, reply) => reply.type('text/plain').send(long.toString()));
  instance.get('/stream', (_request, reply) => reply.send(Readable.from([long])));
});
afterEach(() => instance.close());

it.each([
  ['/short', []],
  ['/bytes', [['app', 1_000]]],
  ['/text', [['app', 1_000]]],
  ['/stream', []],
])('counts of %s what is beyond the first bytes', async (url, expected) => {
  await instance.inject({ url, headers: { 'x-user': 'app' } });
  expect(charged).toEqual(expected);
});

it('sends nothing of a read that is one too many', async () => {
  refusal = new SallyportError('TooManyRequests', 'too many bytes');
  const sent = await instance.inject({ url: '/bytes', headers: { 'x-user': 'app' } });
  expect([sent.statusCode, sent.body]).toEqual([429, 'refused']);
});

it('counts nothing for nobody', async () => {
  await instance.inject({ url: '/bytes' });
  expect(charged).toEqual([]);
});
