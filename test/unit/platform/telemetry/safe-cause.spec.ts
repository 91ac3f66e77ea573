import { describe, expect, it } from 'vitest';
import { causeChain, safeCause } from '../../../../src/platform/telemetry/safe-cause.js';

describe('safeCause', () => {
  it('keeps the kind, the system code and the frames', () => {
    const error = Object.assign(new RangeError('shhhhhh'), { code: 'ECONNREFUSED' });
    const { name, code, stack } = safeCause(error);
    expect({ name, code }).toEqual({ name: 'RangeError', code: 'ECONNREFUSED' });
    expect(stack?.[0]).toContain('safe-cause.spec');
  });

  it('drops lines of a message that look like frames', () => {
    const error = new Error('first\n    at shhhhhh (file:1:1)\nlast');
    expect(JSON.stringify(safeCause(error))).not.toContain('shhhhhh');
  });

  it('keeps no frames where the message was changed after the stack was made', () => {
    const error = new Error('a\n    at shhhhhh (file:1:1)');
    error.stack = `Error: ${error.message}\n    at run (file:2:2)`;
    error.message = 'harmless';
    expect(safeCause(error)).toEqual({ name: 'Error' });
  });

  it('names only the type of what is not an error', () => {
    expect(safeCause('shhhhhh')).toEqual({ name: 'string' });
  });

  it('drops a code that is not a system code', () => {
    expect(safeCause(Object.assign(new Error('x'), { code: 'shhhhhh' })).code).toBeUndefined();
  });

  it('drops the name that an error was given and takes that of its class', () => {
    expect(safeCause(Object.assign(new Error('x'), { name: 'shhhhhh' })).name).toBe('Error');
  });

  it('ends a chain of causes that goes in a circle', () => {
    const error = new Error('x');
    error.cause = error;
    expect(causeChain(error)).toHaveLength(4);
  });
});
