import { expect, it } from 'vitest';
import { NoSandboxError, withoutSandbox } from '../../../src/app/no-sandbox.js';

it('a module that is not installed says that there is no sandbox, and nothing else does', () => {
  const missing = Object.assign(new Error('Cannot find module'), { code: 'ERR_MODULE_NOT_FOUND' });
  expect(withoutSandbox(missing)).toBeInstanceOf(NoSandboxError);
  const other = new Error('a fault in a module');
  expect(withoutSandbox(other)).toBe(other);
});
