import { describe, expect, it } from 'vitest';
import {
  noContexts,
  parseContexts,
  withContext,
  withoutContext,
} from '../../../../src/cli/connection/contexts.js';

const prod = { address: 'https://sallyport.example.com', namespace: 'pay' };

describe('contexts', () => {
  it('have a current one once there is one, and keep it', () => {
    const one = withContext(noContexts, 'prod', prod);
    expect(one).toEqual({ currentContext: 'prod', contexts: { prod } });
    const two = withContext(one, 'test', { address: 'http://127.0.0.1:8420' });
    expect(two.currentContext).toBe('prod');
    expect(Object.keys(two.contexts)).toEqual(['prod', 'test']);
  });

  it('keep the members of a context that a change does not name', () => {
    const one = withContext(noContexts, 'prod', prod);
    const { contexts } = withContext(one, 'prod', { ...prod, tokenFile: '/token' });
    expect(contexts['prod']).toEqual({ ...prod, tokenFile: '/token' });
  });

  it('have no current one after the current one was removed', () => {
    const one = withContext(withContext(noContexts, 'prod', prod), 'test', prod);
    expect(withoutContext(one, 'prod')).toEqual({ contexts: { test: prod } });
    expect(withoutContext(one, 'test')).toEqual({
      currentContext: 'prod',
      contexts: { prod },
    });
  });

  it.each([
    ['no JSON', '{', 'it is not JSON'],
    ['a context without an address', '{"contexts": {"prod": {}}}', '/contexts/prod/address'],
    ['an unknown member', '{"contexts": {}, "token": "x"}', 'Unrecognized key'],
  ])('are refused with the place of the fault: %s', (_what, text, message) => {
    expect(() => parseContexts(text)).toThrow(message);
  });

  it('are read as they were written', () => {
    const contexts = withContext(noContexts, 'prod', prod);
    expect(parseContexts(JSON.stringify(contexts))).toEqual(contexts);
  });
});
