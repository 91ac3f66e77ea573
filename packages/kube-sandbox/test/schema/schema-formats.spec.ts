import { describe, expect, test } from 'vitest';

import { formatCheck } from '../../src/schema/schema-formats.js';

describe('formatCheck', () => {
  test.each([
    ['byte', 'YWI=', 'YWI'],
    ['cidr', '10.0.0.0/8', '10.0.0.0/33'],
    ['date', '2024-02-29', '2026-02-29'],
    ['date-time', '2026-01-01T00:00:00Z', '2026-01-01 00:00:00Z'],
    ['duration', '1h30m', '5'],
    ['duration', 'P1D', ''],
    ['email', 'a@example.com', 'a'],
    ['hostname', 'a-b.example.com', 'a_b'],
    ['ipv4', '010.0.0.1', '10.0.0'],
    ['ipv6', '::1', '10.0.0.1'],
    ['k8s-long-name', 'a.b', 'A.b'],
    ['k8s-short-name', 'a-b', 'a.b'],
    ['mac', '00:00:5e:00:53:01', '00:00:5e:00:53'],
    ['mac', '0000.5e00.5301', '00:00-5e:00:53:01'],
    ['uri', 'https://example.com/a', 'not a uri'],
    ['uuid4', '9f1c9a52-9b2c-4d3e-8f00-0123456789ab', '9f1c9a52-9b2c-1d3e-8f00-0123456789ab'],
  ])('%s: %j fits and %j does not', (format, good, bad) => {
    expect(formatCheck(format)?.(good)).toBe(true);
    expect(formatCheck(format)?.(bad)).toBe(false);
  });

  test('an unknown format is not checked', () => {
    expect(formatCheck('weird')).toBeUndefined();
    expect(formatCheck('constructor')).toBeUndefined();
  });
});
