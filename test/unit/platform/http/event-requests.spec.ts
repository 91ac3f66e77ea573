import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { firstFrame } from '../../../../src/platform/http/event-answers.js';
import { asksForEvents } from '../../../../src/platform/http/event-requests.js';

describe('a request', () => {
  const accepting = (accept?: string) =>
    asksForEvents({ headers: { accept } } as unknown as FastifyRequest);

  it.each([
    'text/event-stream',
    'Text/Event-Stream',
    'a/b, text/event-stream;q=0.5',
    'application/json;q=0.5, text/event-stream',
    'text/event-stream, */*;q=0.1',
  ])('that accepts %j asks for a stream', (accept) => expect(accepting(accept)).toBe(true));

  it.each([
    undefined,
    '*/*',
    'application/json',
    'text/*',
    'text/event-stream;q=0',
    'application/json, text/event-stream',
    'text/event-stream, application/json',
    'application/json, text/event-stream;q=0.1',
    'text/event-stream, */*',
  ])('that accepts %j asks for a list', (accept) => expect(accepting(accept)).toBe(false));
});

it('the first frame of a stream says when to reconnect, and is no event', () => {
  expect(firstFrame).toMatch(/^retry: \d+\n\n$/);
});
