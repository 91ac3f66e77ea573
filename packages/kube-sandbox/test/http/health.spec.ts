import { expect, it } from 'vitest';
import { healthText } from '../../src/http/health.js';

const verbose = new URLSearchParams('verbose');
const none = new URLSearchParams();

it.each(['/healthz', '/livez', '/readyz', '/livez/ping', '/readyz/etcd'])('%s is ok', (path) => {
  expect(healthText(path, none)).toBe('ok');
});

it.each(['/healthz/', '/livez/nonsense', '/health', '/'])('%s is no health endpoint', (path) => {
  expect(healthText(path, none)).toBeUndefined();
});

it('tells what was looked at', () => {
  const lines = ['[+]ping ok', '[+]log ok', '[+]etcd ok', 'livez check passed', ''];
  expect(healthText('/livez', verbose)).toBe(lines.join('\n'));
});
