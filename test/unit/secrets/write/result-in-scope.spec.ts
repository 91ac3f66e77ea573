import { describe, expect, it } from 'vitest';
import type { CallContext } from '../../../../src/core/call-context.js';
import { resultInScope } from '../../../../src/secrets/write/result-in-scope.js';
import type { WriteResult } from '../../../../src/secrets/write/write-call.js';

const ctx = (scope?: object) => ({ principal: { scope } }) as unknown as CallContext;
const result: WriteResult = {
  namespace: 'shop',
  name: 'db',
  created: false,
  dryRun: false,
  secret: { uid: 'u', resourceVersion: '1' } as WriteResult['secret'],
  changes: null,
  warnings: ['about a key'],
  namingWarnings: ['about the label'],
};

describe('warnings about the label', () => {
  it('come first, and have no member of their own', () => {
    const { namingWarnings, warnings } = resultInScope(ctx(), result);
    expect(warnings).toEqual(['about the label', 'about a key']);
    expect(namingWarnings).toBeUndefined();
  });

  it('are not for callers who may not see the metadata', () => {
    const hidden = resultInScope(ctx(), { ...result, secret: null });
    const narrowed = resultInScope(ctx({ actions: ['secrets.update'] }), result);
    for (const { warnings, secret } of [hidden, narrowed]) {
      expect(secret).toBeNull();
      expect(warnings).toEqual(['about a key']);
    }
  });
});
