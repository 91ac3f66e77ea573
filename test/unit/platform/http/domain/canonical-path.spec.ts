import { describe, expect, it } from 'vitest';
import { problemOfTarget } from '../../../../../src/platform/http/domain/canonical-path.js';
import { processorMs } from '../../../../support/processor-time.js';

describe('a request target', () => {
  it.each([
    '/',
    '/v1/namespaces/pay/secrets/db',
    '/v1/namespaces/pay/secrets/db/',
    '/v1/namespaces/pay/secrets/db/keys/tls.crt',
    '/v1/namespaces/pay/secrets/db/keys/__proto__',
    '/v1/namespaces/pay/secrets/d%20b',
    '/v1/namespaces/pay/secrets/d%C3%BCb',
    '/v1/namespaces/pay/secrets/..db',
    "/a:b@c!$&'()*+,;=",
    '/livez?x=../..//%2e%2e%2f%ZZ',
  ])('is taken where there is one way to read it: %s', (target) => {
    expect(problemOfTarget(target)).toBeUndefined();
  });

  it.each([
    [undefined, 'must be a path'],
    ['', 'must be a path'],
    ['*', 'must be a path'],
    ['http://x/v1/secrets', 'must be a path'],
    ['x:443', 'must be a path'],
    ['/livez#/v1', 'must be a path'],
    ['//v1/secrets', 'empty segment'],
    ['/v1//secrets', 'empty segment'],
    ['/v1/secrets//', 'empty segment'],
    ['/v1/../livez', 'dot segment'],
    ['/v1/./secrets', 'dot segment'],
    ['/v1/secrets/..', 'dot segment'],
    ['/v1/secrets/.', 'dot segment'],
    ['/v1/%2e%2e/livez', 'stands for itself'],
    ['/v1/.%2E/livez', 'stands for itself'],
    ['/%761/secrets', 'stands for itself'],
    ['/v1/secrets/d%2Fb', 'encoded slash'],
    ['/v1/secrets/d%5cb', 'encoded slash'],
    ['/v1/secrets/db%00', 'encoded slash or control'],
    ['/v1/secrets/db%0d%0ax', 'encoded slash or control'],
    ['/v1/secrets/db%7f', 'encoded slash or control'],
    ['/v1/secrets/%ZZ', 'malformed'],
    ['/v1/secrets/%', 'malformed'],
    ['/v1/secrets/%2', 'malformed'],
    ['/v1/secrets/%%32e', 'malformed'],
    ['/v1/secrets/%u002e', 'malformed'],
    ['/v1/secrets/%c0%ae', 'not UTF-8'],
    ['/v1/secrets/%ff', 'not UTF-8'],
    ['/v1/secrets/%ed%a0%80', 'not UTF-8'],
    ['/v1\\secrets', 'must be percent-encoded'],
    ['/v1/secrets/d b', 'must be percent-encoded'],
    ['/v1/secrets/dü', 'must be percent-encoded'],
    ['/v1/secrets/d\u0000b', 'must be percent-encoded'],
    ['/v1/secrets/{x}', 'must be percent-encoded'],
  ])('is refused where there is another: %s', (target, problem) => {
    expect(problemOfTarget(target)).toContain(problem);
  });

  it('is read in linear time', () => {
    const startedAtMs = processorMs();
    problemOfTarget(`/${'%41'.repeat(5_000)}`);
    problemOfTarget(`/${'%'.repeat(15_000)}`);
    problemOfTarget(`/${'a/'.repeat(8_000)}..`);
    expect(processorMs() - startedAtMs).toBeLessThan(1_000);
  });
});
