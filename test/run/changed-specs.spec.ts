import { describe, expect, it } from 'vitest';
import { specsOf } from './changed-specs.js';

describe('the specs of a change', () => {
  it('are those that import it, directly or not', () => {
    const specs = specsOf(['src/cli/duration.ts']);
    expect(specs).toContain('test/unit/cli/duration.spec.ts');
    expect(specs).not.toContain('test/unit/core/limits.spec.ts');
  });

  it('are not all that start a gateway, which imports every feature', () => {
    const specs = specsOf(['src/rotation/domain/run-id.ts']);
    expect(specs).toContain('test/unit/rotation/domain/run-id.spec.ts');
    expect(specs).not.toContain('test/e2e/secrets/lists.spec.ts');
  });

  it('are the changed specs themselves', () => {
    const path = 'test/e2e/secrets/lists.spec.ts';
    expect(specsOf([path])).toEqual([path]);
  });
});
