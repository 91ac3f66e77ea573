import { expect, it } from 'vitest';
import { specTag } from '../../../../src/custom-resources/domain/custom-resource.js';
import { aShare } from '../../shares/domain/sharing.builder.js';

it('a tag names the object and the generation of its spec', () => {
  expect(specTag(aShare({}, { uid: 'u', generation: 3, resourceVersion: '9' }).object)).toBe(
    '"u.3"',
  );
});
