import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../src/cli/command.js';
import { checkedContextName, fileNameOf } from '../../../../src/cli/connection/context-name.js';

describe('the name of a context', () => {
  it.each(['prod', '127.0.0.1:8420', 'team/prod', '...', 'Größe', '.hidden', 'a.77'])(
    'can be %j',
    (name) => expect(checkedContextName(name)).toBe(name),
  );

  it.each([
    ['', 'is empty'],
    ['.', 'cannot have the name .:'],
    ['..', 'cannot have the name ..:'],
    ['a\u001b[2J', 'has control characters'],
    ['x'.repeat(256), 'is too long'],
  ])('is never %j', (name, message) => {
    expect(() => checkedContextName(name)).toThrow(UsageError);
    expect(() => checkedContextName(name)).toThrow(message);
  });

  it('names a file that is no other folder, and another one for each context', () => {
    const names = ['.', '..', '...', '%2E', '../a', 'a/b', 'a%2Fb', '@'].map(fileNameOf);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^(?!\.+$)[^/]+$/);
  });
});
