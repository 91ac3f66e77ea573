import type {
  Login,
  PasswordChange,
  PasswordEnd,
  PasswordTarget,
  TargetConnection,
} from '../../domain/password-target.js';
import { rulesToEnd, rulesToRestore, rulesToSet } from '../../domain/redis/acl-change.js';
import { isPrivileged } from '../../domain/redis/acl-privilege.js';
import { type AclUser, readAclUser } from '../../domain/redis/acl-user.js';
import { clusterProblem, readInfo, replicationProblem } from '../../domain/redis/server-info.js';
import { TargetFault } from '../../domain/target-fault.js';
import { authenticate, hashOf, letsEverybodyIn, provesLogin } from './redis-login.js';
import { type SaveCommand, allowed, findSaveCommand } from './redis-persistence.js';
import { RedisRefusal, type RedisSession, withRedis } from './redis-session.js';

/**
 * Opens users of one Redis server (since version 6), which stores several passwords of each. Only
 * hashes are sent, and a change is saved in the transaction that makes it.
 */
export function openRedisTarget(connection: TargetConnection): PasswordTarget {
  const asAdmin = (
    admin: Login,
    signal: AbortSignal,
    work: (session: RedisSession) => Promise<void>,
  ): Promise<void> =>
    withRedis(connection, signal, async (session) => {
      if (!(await authenticate(session, admin))) {
        throw new TargetFault('AdminRefused', 'the server does not let the admin in');
      }
      await withoutRefusals(() => work(session));
    });
  return {
    strategies: ['dual', 'singleUser'],
    logIn: (user, signal) => withRedis(connection, signal, (session) => provesLogin(session, user)),
    setPassword: (admin, change, signal) =>
      asAdmin(admin, signal, (session) => setPassword(session, admin, change)),
    endPassword: (admin, end, signal) =>
      asAdmin(admin, signal, (session) => endPassword(session, end)),
  };
}

async function setPassword(
  session: RedisSession,
  admin: Login,
  change: PasswordChange,
): Promise<void> {
  const { username, password, keep } = change;
  if (change.like !== undefined) {
    throw new TargetFault('Unsupported', 'users of Redis are not rotated in turns');
  }
  const user = await findUser(session, username);
  if (user === undefined) throw new TargetFault('UserUnknown', 'the server has no such user');
  refuseUser(user, admin, change);
  await refuseReplicated(session);
  const save = await findSaveCommand(session);
  const { hashes } = user;
  const keptHash = keep && hashOf(keep);
  const rules = rulesToSet({ hashes, next: hashOf(password), keep: keptHash });
  await changeUser(session, { username, rules, hashes, save });
}

async function endPassword(session: RedisSession, end: PasswordEnd): Promise<void> {
  const { username, password } = end;
  const user = await findUser(session, username);
  const hashes = user?.hashes ?? [];
  const rules = rulesToEnd(hashes, password && hashOf(password));
  if (rules.length === 0) return;
  await changeUser(session, { username, rules, hashes, save: await findSaveCommand(session) });
}

function refuseUser(
  user: AclUser,
  admin: Login,
  { username, allowPrivileged }: PasswordChange,
): void {
  const isSpecial = username === 'default' || username === admin.username || isPrivileged(user);
  if (isSpecial && !allowPrivileged) {
    throw new TargetFault('UserPrivileged', 'the user is an administrator of the server');
  }
  if (user.takesAnyPassword) throw letsEverybodyIn();
  if (!user.isOn) throw new TargetFault('Unsupported', 'the user is off');
}

async function refuseReplicated(session: RedisSession): Promise<void> {
  const replication = readInfo(await allowed(session, 'INFO', 'replication'));
  const cluster = readInfo(await allowed(session, 'INFO', 'cluster'));
  const problem =
    replicationProblem(replication) ??
    (cluster.get('cluster_enabled') === '1'
      ? clusterProblem(readInfo(await allowed(session, 'CLUSTER', 'INFO')))
      : undefined);
  if (problem !== undefined) throw new TargetFault('Unsupported', problem);
}

async function findUser(session: RedisSession, username: string): Promise<AclUser | undefined> {
  const reply = await allowed(session, 'ACL', 'GETUSER', username);
  if (reply === null) return undefined;
  const user = readAclUser(reply);
  if (user !== undefined) return user;
  throw new TargetFault('TargetFailed', 'the server shows its users in another form');
}

interface UserChange {
  readonly username: string;
  readonly rules: readonly string[];
  /** Hashes that were valid before. */
  readonly hashes: readonly string[];
  readonly save: SaveCommand;
}

async function changeUser(
  session: RedisSession,
  { username, rules, hashes, save }: UserChange,
): Promise<void> {
  const [changed, saved] = await session.together([['ACL', 'SETUSER', username, ...rules], save]);
  if (changed instanceof RedisRefusal) throw changed;
  if (!(saved instanceof RedisRefusal)) return;
  // A password that works now but not after a restart is worse than one that does not work.
  await session.call('ACL', 'SETUSER', username, ...rulesToRestore(hashes));
  throw new TargetFault('TargetFailed', 'the server could not save the change, which was undone');
}

/** Converts an unexpected refusal. */
async function withoutRefusals(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RedisRefusal)) throw error;
    throw error.code === 'NOPERM'
      ? new TargetFault('AdminRefused', 'the admin may not change users')
      : new TargetFault('TargetFailed', 'the server refused a command');
  }
}
