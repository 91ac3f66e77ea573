import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { badRequest } from '../../../../src/core/errors/sallyport-error.js';
import { EarlyRefusals } from '../../../../src/platform/http/early-refusals.js';

const refusal = badRequest('not valid HTTP');
const request = {} as FastifyRequest;
const caller = { auditId: 'a', sourceIp: '127.0.0.1', requestUri: '' };

describe('early refusals', () => {
  it('are answered as they are before there is a trail', async () => {
    const early = new EarlyRefusals();
    expect(await early.recorded(request, refusal)).toBe(refusal);
    expect(await early.recordedAnonymously(caller, refusal)).toBe(refusal);
  });

  it('are recorded once there is one, and answered as the recorder says', async () => {
    const early = new EarlyRefusals();
    const recorded: string[] = [];
    const answer = badRequest('recorded');
    early.connect({
      recorded: () => {
        recorded.push('request');
        return Promise.resolve(answer);
      },
      recordedAnonymously: ({ auditId }) => {
        recorded.push(auditId);
        return Promise.resolve(answer);
      },
    });
    expect(await early.recorded(request, refusal)).toBe(answer);
    expect(await early.recordedAnonymously(caller, refusal)).toBe(answer);
    expect(recorded).toEqual(['request', 'a']);
  });
});
