import { expect, it } from 'vitest';
import { BytesInFlight } from '../../src/store/bytes-in-flight.js';
import { bounds } from '../../src/store/sandbox-bounds.js';

const half = bounds.listBytesInFlightMax / 2;
const tooMany = expect.objectContaining({ code: 429, details: { retryAfterSeconds: 1 } });

it('lets lists through until too much is on its way, and again when some has gone', () => {
  const inFlight = new BytesInFlight();
  const first = inFlight.reserve(half);
  inFlight.reserve(half);
  expect(() => inFlight.reserve(1)).toThrow(tooMany);
  first();
  first();
  inFlight.reserve(half);
  expect(() => inFlight.reserve(1)).toThrow(tooMany);
});

it('lets one through, whatever its size', () => {
  const inFlight = new BytesInFlight();
  inFlight.reserve(4 * half);
  expect(() => inFlight.reserve(1)).toThrow(tooMany);
});
