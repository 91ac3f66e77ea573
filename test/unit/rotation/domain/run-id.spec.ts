import { describe, expect, it } from 'vitest';
import { runIdFor } from '../../../../src/rotation/domain/run-id.js';

describe('the id of a run', () => {
  it('is the same for the same meaning, and a UUID of version 8', () => {
    expect(runIdFor('a policy at a time')).toBe(runIdFor('a policy at a time'));
    expect(runIdFor('a policy at a time')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('is another one for another meaning', () => {
    expect(runIdFor('a policy at a time')).not.toBe(runIdFor('a policy at another'));
  });
});
