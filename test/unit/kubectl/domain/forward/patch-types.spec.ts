import { describe, expect, it } from 'vitest';
import { isApply, isJsonPatch } from '../../../../../src/kubectl/domain/forward/patch-types.js';

const patch = (contentType?: string) =>
  ({ method: 'PATCH', ...(contentType !== undefined && { contentType }) }) as const;

describe('a patch', () => {
  it('is a JSON patch by its media type, however that is written', () => {
    expect(isJsonPatch(patch(' Application/JSON-patch+json; charset=utf-8'))).toBe(true);
    expect(isJsonPatch(patch('application/merge-patch+json'))).toBe(false);
    expect(isJsonPatch(patch())).toBe(false);
  });

  it.each(['application/apply-patch+yaml', 'Application/Apply-patch+cbor; a=b'])(
    'is applied by the server as %s',
    (contentType) => {
      expect(isApply(patch(contentType))).toBe(true);
    },
  );

  it('is none of another method', () => {
    expect(isJsonPatch({ method: 'PUT', contentType: 'application/json-patch+json' })).toBe(false);
    expect(isApply({ method: 'POST', contentType: 'application/apply-patch+yaml' })).toBe(false);
  });
});
