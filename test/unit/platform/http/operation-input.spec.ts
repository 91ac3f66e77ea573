import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Operation, defineOperation } from '../../../../src/core/operation.js';
import { createFastify } from '../../../../src/platform/http/fastify-instance.js';

const look = vi.fn<(name: string) => void>();
const lookAtShape = vi.fn<(shape: string) => void>();
const name = z.string().superRefine((text, context) => {
  look(text);
  if (text === 'bad') context.addIssue({ code: 'custom', message: 'is bad' });
});
const lookedAt = (shape: string): boolean => {
  lookAtShape(shape);
  return true;
};
const operation = defineOperation({
  ...{ id: 'getThing', tag: 'Access', summary: 'Get a thing', description: '', right: 'none' },
  ...{ method: 'GET', path: '/things/:name' },
  params: z.strictObject({ name }),
  query: z.strictObject({ shape: z.enum(['round']).refine(lookedAt).optional() }),
  body: undefined,
  answers: [],
} as const) as unknown as Operation; // variance only

let instance: FastifyInstance;

beforeEach(() => {
  look.mockClear();
  lookAtShape.mockClear();
  instance = createFastify();
  instance.get('/things/:name', { config: { operation } }, (request) => request.operationInput);
});
afterEach(() => instance.close());

const get = async (url: string) => instance.inject({ url, headers: { host: 'x' } });

it('gives handlers what path and query were parsed to, and parses a target once', async () => {
  const answers = [await get('/things/one?shape=round'), await get('/things/one?shape=round')];
  for (const answer of answers) {
    expect(answer.json()).toEqual({ params: { name: 'one' }, query: { shape: 'round' } });
  }
  expect(look.mock.calls).toEqual([['one']]);
});

it('parses a query once for all names', async () => {
  const names = ['one', 'two', 'three'];
  for (const one of names) {
    const answer = await get(`/things/${one}?shape=round`);
    expect(answer.json()).toEqual({ params: { name: one }, query: { shape: 'round' } });
  }
  expect(look.mock.calls.flat()).toEqual(names);
  expect(lookAtShape.mock.calls).toEqual([['round']]);
});

it('keeps apart what differs in the query alone', async () => {
  await get('/things/one?shape=round');
  expect((await get('/things/one')).json()).toEqual({ params: { name: 'one' }, query: {} });
});

it('refuses a wrong target each time', async () => {
  for (const url of ['/things/bad', '/things/one?shape=flat', '/things/bad']) {
    expect((await get(url)).statusCode).not.toBe(200);
  }
  expect(look.mock.calls.filter(([text]) => text === 'bad')).toHaveLength(2);
});
