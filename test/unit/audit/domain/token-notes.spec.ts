import { describe, expect, it } from 'vitest';
import { Principal } from '../../../../src/core/principal.js';
import { eventOf } from '../audit-builders.js';

describe('an audit event', () => {
  it('says with which token of the gateway a call came: its id, its description and its owner', () => {
    const token = { id: 't1', owner: 'alice', description: 'report job', scope: {} };
    const withToken = (parts: Partial<typeof token> = {}) =>
      eventOf({
        ctx: {
          principal: Principal.forUser({
            ...{ username: 'alice', kind: 'token', credentialId: 'sp:t1' },
            token: { ...token, ...parts },
          }),
        },
      }).annotations;
    expect(withToken()).toMatchObject({
      'sallyport.dev/credential-id': 'sp:t1',
      'sallyport.dev/token-id': 't1',
      'sallyport.dev/token-description': 'report job',
      'sallyport.dev/token-owner': 'alice',
    });
    const leaked = withToken({ description: `sp_0123456789abcdef_${'s'.repeat(43)}` });
    expect(leaked['sallyport.dev/token-description']).toBe('sp_[secret]');
    expect(eventOf().annotations).not.toHaveProperty(['sallyport.dev/token-id']);
  });

  it('says what a token is narrowed to that a call is about, and counts what it cuts', () => {
    const scopeOf = (tokenScope: object) => {
      const { annotations } = eventOf({ facts: { action: 'tokens.create', tokenScope } });
      const json = annotations['sallyport.dev/token-scope'] ?? '';
      return [JSON.parse(json), annotations['sallyport.dev/token-scope-count']];
    };
    const narrow = { namespaces: ['pay'], keys: ['pin'], actions: [] };
    expect(scopeOf({ ...narrow, values: ['hunter2'] })).toEqual([narrow, undefined]);
    expect(scopeOf({})).toEqual([{}, undefined]);
    const many = Array.from({ length: 100 }, (_, i) => `${'s'.repeat(250)}${i}`);
    const [cut, count] = scopeOf({ namespaces: ['pay'], secrets: many });
    expect(count).toBe('101');
    expect(cut).toMatchObject({ namespaces: ['pay'], secrets: many.slice(0, 4) });
  });
});
