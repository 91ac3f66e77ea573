import { describe, expect, it } from 'vitest';
import {
  classifyOtlpAnswer,
  classifyWebhookAnswer,
  retryAfterMs,
} from '../../../../../src/audit/sinks/domain/classify-answer.js';

describe('an answer', () => {
  it.each([
    [200, 'taken', 'taken'],
    [204, 'taken', 'taken'],
    [301, 'refused', 'refused'],
    [400, 'refused', 'refused'],
    [401, 'refused', 'refused'],
    [408, 'again', 'refused'],
    [413, 'tooLarge', 'tooLarge'],
    [425, 'again', 'refused'],
    [429, 'again', 'again'],
    [500, 'again', 'refused'],
    [503, 'again', 'again'],
  ] as const)('of %i is %s from a webhook and %s from a collector', (status, webhook, otlp) => {
    expect([classifyWebhookAnswer(status), classifyOtlpAnswer(status)]).toEqual([webhook, otlp]);
  });
});

describe('Retry-After', () => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['7', 7_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2020 00:00:00 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    [undefined, undefined],
  ])('%s is %s ms', (header, expected) => {
    expect(retryAfterMs(header, nowMs)).toBe(expected);
  });
});
