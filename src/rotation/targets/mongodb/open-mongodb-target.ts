import { mongoFault } from '../../domain/mongodb/mongo-fault.js';
import type { Login, PasswordTarget, TargetConnection } from '../../domain/password-target.js';
import { TargetFault } from '../../domain/target-fault.js';
import { boundedCall } from '../bounded-call.js';
import { type AdminSession, endPassword, setPassword } from './change-users.js';
import { loggedIn, mongoLogin } from './mongo-login.js';
import { MongoRefusal, type MongoSession } from './mongo-session.js';

/** Database of administrators, unless they belong to the users' database. */
const ADMIN_DATABASE = 'admin';

export interface MongodbDetail {
  /** Database of the users. */
  readonly authDatabase: string;
}

/** Opens users of one MongoDB server, which stores one password of each. */
export function openMongodbTarget(
  connection: TargetConnection,
  { authDatabase }: MongodbDetail,
): PasswordTarget {
  const asAdmin: AsAdmin = async (admin, signal, work) => {
    const bounded = boundedCall(signal);
    for (const source of new Set([ADMIN_DATABASE, authDatabase])) {
      const session = (open: MongoSession): Promise<void> =>
        work({ ...open, authDatabase, adminSource: source });
      const done = await loggedIn(connection, mongoLogin(admin, source), bounded, session);
      if (done !== undefined) return;
    }
    throw new TargetFault('AdminRefused', 'the server does not let the admin in');
  };
  return {
    strategies: ['alternatingUsers', 'singleUser'],
    async logIn(user, signal) {
      const login = mongoLogin(user, authDatabase);
      const nothing = (): Promise<void> => Promise.resolve();
      const done = await faulty(() => loggedIn(connection, login, signal, nothing));
      return done !== undefined;
    },
    setPassword: (admin, change, signal) =>
      faulty(() => asAdmin(admin, signal, (session) => setPassword(session, admin, change))),
    endPassword: (admin, end, signal) =>
      faulty(() => asAdmin(admin, signal, (session) => endPassword(session, end))),
  };
}

type AsAdmin = (
  admin: Login,
  signal: AbortSignal,
  work: (session: AdminSession) => Promise<void>,
) => Promise<void>;

async function faulty<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof MongoRefusal ? mongoFault(error.code) : error;
  }
}
