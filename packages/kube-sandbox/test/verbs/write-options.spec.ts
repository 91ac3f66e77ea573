import { describe, expect, it } from 'vitest';
import { ApiStatusError } from '../../src/model/api-status.js';
import { writeOptions } from '../../src/verbs/write-options.js';

function options(parameters: Record<string, string>, userAgent = 'kubectl/v1.37.2 (linux)') {
  return writeOptions('CreateOptions', new URLSearchParams(parameters), userAgent);
}

function refusal(parameters: Record<string, string>): ApiStatusError {
  try {
    options(parameters);
  } catch (error) {
    if (error instanceof ApiStatusError) return error;
  }
  throw new Error('nothing was refused');
}

describe('the options of a write', () => {
  it('name who writes, or take that from the program', () => {
    expect(options({ fieldManager: 'me' })).toMatchObject({ fieldManager: 'me', isDryRun: false });
    expect(options({})).toMatchObject({ fieldManager: 'kubectl', fieldValidation: 'Warn' });
  });

  it('are refused with one cause for each character that cannot be printed', () => {
    expect(refusal({ fieldManager: 'a\nb\u0001' }).details?.causes).toHaveLength(2);
  });

  it('say of a long name that it is too long, and do not repeat it', () => {
    const { code, message, details } = refusal({ fieldManager: '\u0001'.repeat(60_000) });
    expect(code).toBe(422);
    expect(details?.causes).toHaveLength(1);
    expect(message).toContain('fieldManager: Too long: may not be more than 128 bytes');
    expect(message.length).toBeLessThan(200);
  });
});
