import type { Document } from 'mongodb';
import { rotationLimits } from '../../../core/rotation-limits.js';
import { USER_NOT_FOUND } from '../../domain/mongodb/mongo-fault.js';
import { isPrivileged } from '../../domain/mongodb/mongo-privilege.js';
import { type MongoUser, haveSameRoles, readMongoUser } from '../../domain/mongodb/mongo-user.js';
import type { Login, PasswordChange, PasswordEnd } from '../../domain/password-target.js';
import { TargetFault } from '../../domain/target-fault.js';
import { forgottenPassword, newPassword } from './mongo-login.js';
import { MongoRefusal, type MongoSession } from './mongo-session.js';

/** Session of an admin. */
export interface AdminSession extends MongoSession {
  readonly authDatabase: string;
  /** Database of the admin. */
  readonly adminSource: string;
}

/** Sets a password; see PasswordTarget; throws MongoRefusal as well. */
export async function setPassword(
  session: AdminSession,
  admin: Login,
  change: PasswordChange,
): Promise<void> {
  const { username, like, keep, allowPrivileged } = change;
  if (keep !== undefined) throw onePassword();
  const pwd = newPassword(change.password);
  const user = await findUser(session, username);
  const model = like === undefined ? undefined : await findUser(session, like);
  if (like !== undefined && model === undefined) throw unknown('the user to be like is not there');
  const subject = user ?? model;
  if (subject === undefined) throw unknown('the server has no such user');
  const isAdmin = username === admin.username && session.authDatabase === session.adminSource;
  const isSpecial = isAdmin || [subject, model].some((one) => one && isPrivileged(one));
  if (isSpecial && !allowPrivileged) {
    throw new TargetFault('UserPrivileged', 'the user is an administrator of the server');
  }
  const verb = user === undefined ? 'createUser' : 'updateUser';
  await changeUser(session, { [verb]: username, pwd, ...fieldsOf(user, model) });
}

/** Ends a password; see PasswordTarget; throws MongoRefusal as well. */
export async function endPassword(session: AdminSession, end: PasswordEnd): Promise<void> {
  if (end.password !== undefined) throw onePassword();
  const user = await findUser(session, end.username);
  if (user === undefined) return;
  try {
    const pwd = forgottenPassword();
    await changeUser(session, { updateUser: end.username, pwd, ...fieldsOf(user, undefined) });
  } catch (error) {
    if (!(error instanceof MongoRefusal && error.code === USER_NOT_FOUND)) throw error;
  }
}

/** Returns fields other than the password: the model's rights, the user's own mechanisms. */
function fieldsOf(user: MongoUser | undefined, model: MongoUser | undefined): Document {
  const mechanisms = (user ?? model)?.mechanisms;
  const fields = mechanisms === undefined ? {} : { mechanisms };
  if (model === undefined) return fields;
  const areRolesKept = user !== undefined && haveSameRoles(user, model);
  const areFree = model.restrictions.length === 0 && (user?.restrictions.length ?? 0) === 0;
  return {
    ...fields,
    ...(!areRolesKept && { roles: model.roles.map(({ role, db }) => ({ role, db })) }),
    ...(!areFree && { authenticationRestrictions: model.restrictions }),
  };
}

async function changeUser(session: AdminSession, command: Document): Promise<void> {
  const writeConcern = { w: 'majority', wtimeout: rotationLimits.propagationMsMax };
  const answer = await session.command(session.authDatabase, { ...command, writeConcern });
  if (answer['writeConcernError'] === undefined) return;
  throw new TargetFault('NotPropagated', 'most of the replica set has not taken the change yet');
}

async function findUser(session: AdminSession, user: string): Promise<MongoUser | undefined> {
  const db = session.authDatabase;
  const usersInfo = { user, db };
  const shown = readMongoUser(await session.command(db, { usersInfo }));
  if (shown === undefined) return undefined;
  const detail = { showPrivileges: true, showAuthenticationRestrictions: true };
  const detailed = readMongoUser(await session.command(db, { usersInfo, ...detail }));
  // Some versions omit mechanisms when they return privileges.
  return detailed && { ...detailed, mechanisms: detailed.mechanisms ?? shown.mechanisms };
}

function onePassword(): TargetFault {
  return new TargetFault('Unsupported', 'users of MongoDB have one password each');
}

function unknown(message: string): TargetFault {
  return new TargetFault('UserUnknown', message);
}
