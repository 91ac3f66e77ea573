import { describe, expect, it } from 'vitest';
import { agentConfigOf, wantedByFiles } from '../../../../src/cli/agent/agent-config.js';

const file = { path: '/run/app/password', key: 'db/password' };
const config = (...files: readonly object[]) => agentConfigOf({ files }, 'pay');

describe('the configuration of an agent', () => {
  it('names all values that its files need, in the namespace of the connection', () => {
    const { files } = config(
      file,
      { path: '/a', secret: 'shop/db', format: 'env' },
      { path: '/b', environment: 'web', format: 'json' },
      { path: '/c', template: '{{ USER }} {{ HOST }}', values: { USER: 'db/user' } },
      { path: '/d', template: '{{ HOST }}', environment: 'shop/base' },
    );
    expect(wantedByFiles(files)).toEqual({
      keys: [
        { namespace: 'pay', name: 'db', key: 'password' },
        { namespace: 'pay', name: 'db', key: 'user' },
      ],
      secrets: [{ namespace: 'shop', name: 'db' }],
      environments: [
        { namespace: 'pay', name: 'web' },
        { namespace: 'shop', name: 'base' },
      ],
    });
  });

  it('has permissions for the owner alone, a second for changes, and no limit on the age', () => {
    expect(config(file)).toMatchObject({ debounceMs: 1_000, maxStaleMs: undefined });
    expect(config(file).files[0]).toMatchObject({ mode: 0o400, owner: undefined });
    expect(config({ ...file, mode: '0640', owner: 1000 }).files[0]).toMatchObject({
      mode: 0o640,
      owner: 1000,
    });
  });

  it.each([
    ['no file', {}, '/files: '],
    ['an unknown member', { files: [{ ...file, paths: 'x' }] }, '/files/0: '],
    ['a relative path', { files: [{ ...file, path: 'x' }] }, '/files/0/path: '],
    ['one path twice', { files: [file, file] }, 'two files have the path'],
    ['two sources', { files: [{ ...file, secret: 'db' }] }, '/files/0: name one of'],
    ['no source', { files: [{ path: '/a' }] }, '/files/0: name one of'],
    ['a Secret without a format', { files: [{ path: '/a', secret: 'db' }] }, 'need a format'],
    ['a format of a key', { files: [{ ...file, format: 'env' }] }, 'a key has no format'],
    ['values without a template', { files: [{ ...file, values: {} }] }, 'are for a template'],
    ['a wrong template', { files: [{ path: '/a', template: '{{ A' }] }, 'has {{ without }}'],
    ['permissions of more than files have', { files: [{ ...file, mode: '4755' }] }, '/mode: '],
    ['a short limit on the age', { files: [file], maxStale: '1s' }, '/maxStale: at least 5s'],
    ['a wrong duration', { files: [file], debounce: '1 s' }, '/debounce: '],
  ])('is refused with %s', (_what, parsed, reason) => {
    expect(() => agentConfigOf(parsed, 'pay')).toThrow(reason);
  });
});
