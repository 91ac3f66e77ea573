import { TargetFault } from '../../domain/target-fault.js';
import { RedisRefusal, type RedisSession } from './redis-session.js';

/** Command that makes changes of users persist after a restart of the server. */
export type SaveCommand = readonly ['ACL', 'SAVE'] | readonly ['CONFIG', 'REWRITE'];

const ACL_SAVE: SaveCommand = ['ACL', 'SAVE'];
const CONFIG_REWRITE: SaveCommand = ['CONFIG', 'REWRITE'];

/**
 * Finds the command before any change: users are in a separate file, or in the configuration.
 * Throws TargetFault Unsupported if a restart would restore the old users.
 */
export async function findSaveCommand(session: RedisSession): Promise<SaveCommand> {
  if (await succeeds(session, ACL_SAVE)) return ACL_SAVE;
  const [, aclFile] = (await allowed(session, 'CONFIG', 'GET', 'aclfile')) as readonly unknown[];
  // With a separate file, users are never written to the configuration.
  if (aclFile !== '') throw unsupported('its ACL file cannot be written');
  if (await succeeds(session, CONFIG_REWRITE)) return CONFIG_REWRITE;
  throw unsupported('it has neither an ACL file nor a configuration file that it can write');
}

/** Runs an admin's command. Throws TargetFault AdminRefused if the admin may not run it. */
export async function allowed(
  session: RedisSession,
  name: string,
  ...values: readonly string[]
): Promise<unknown> {
  try {
    return await session.call(name, ...values);
  } catch (error) {
    if (error instanceof RedisRefusal && error.code === 'NOPERM') {
      const command = [name, ...values.slice(0, 1)].join(' ');
      throw new TargetFault('AdminRefused', `the admin may not run ${command}`);
    }
    throw error;
  }
}

async function succeeds(session: RedisSession, [name, value]: SaveCommand): Promise<boolean> {
  try {
    await allowed(session, name, value);
    return true;
  } catch (error) {
    if (error instanceof RedisRefusal) return false;
    throw error;
  }
}

function unsupported(reason: string): TargetFault {
  return new TargetFault('Unsupported', `the server would forget passwords: ${reason}`);
}
