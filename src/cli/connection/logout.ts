import { rm } from 'node:fs/promises';
import { UsageError } from '../command.js';
import type { CommandCall } from '../program/command-call.js';
import { withoutContext } from './contexts.js';
import { ContextsFile } from './contexts-file.js';
import { savedTokenPath } from './login.js';

/** Removes a context. A token file that the user has named stays. */
export async function logout(call: CommandCall): Promise<void> {
  const { terminal } = call;
  const file = new ContextsFile(terminal);
  const contexts = await file.read();
  const name = call.text('context') ?? contexts.currentContext;
  if (name === undefined || !Object.hasOwn(contexts.contexts, name)) {
    throw new UsageError(
      name === undefined ? 'no context is current' : `there is no context ${name}`,
    );
  }
  await rm(savedTokenPath(terminal, name), { force: true });
  await file.write(withoutContext(contexts, name));
  call.confirm(`context ${name} is removed`);
}
